"""An Ignition gateway whose site has implemented the agreed WebDev contract, whole and strictly."""
