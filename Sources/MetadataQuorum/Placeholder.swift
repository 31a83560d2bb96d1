// MetadataQuorum
