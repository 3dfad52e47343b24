// Sends a sign-in on, so that nobody has to press the button.
'use strict';
document.querySelectorAll('form[data-go]').forEach((form) => form.submit());
