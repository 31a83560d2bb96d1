// Coordinators
