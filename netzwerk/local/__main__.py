"""`python -m netzwerk.local`: what `make run` starts."""

import sys

from netzwerk.local.portal import main

sys.exit(main())
