"""What Chalice does not make: the CloudFormation template, and the policy of the functions."""
