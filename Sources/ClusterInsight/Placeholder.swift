// ClusterInsight
