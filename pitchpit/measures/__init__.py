"""What is counted over time: measures, observations, and the charts that read them."""
