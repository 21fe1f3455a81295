"""The SMS channel, through Twilio, and WhatsApp with it: `channel` is the door, `answering` what happens behind it."""
