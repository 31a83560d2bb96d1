#pragma once

/// Locks one byte of an open file for this opening of it, without waiting; what it holds already it gets again. The lock
/// goes when the descriptor is closed. Returns 0, or −1 with errno EAGAIN when another has it.
int clinux_lock_byte(int descriptor, unsigned int position);
