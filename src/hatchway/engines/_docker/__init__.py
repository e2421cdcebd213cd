"""What every engine on Docker needs: calls of the client, images, the payload's volume."""
