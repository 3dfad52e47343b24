// Settings: what only staff use. Every page works without it.
'use strict';
