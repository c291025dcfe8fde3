"""What a student is trained with: objectives, losses and their parts."""
