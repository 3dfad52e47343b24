"""The only room that imports boto3: clients, the keys and the table, counters, files, queues and mail out."""
