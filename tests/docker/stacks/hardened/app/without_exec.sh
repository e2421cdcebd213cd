#!/bin/sh
"$@"
echo "it ended with $?"
