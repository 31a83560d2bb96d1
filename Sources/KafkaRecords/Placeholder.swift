// KafkaRecords
