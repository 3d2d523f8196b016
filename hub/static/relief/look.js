// The card's QR code carries its number behind #, which no server is told: it is put into the field, and taken out of the address.
"use strict";
const code = /^#(\d{16})$/.exec(location.hash);
if (code) {
  document.getElementById("code").value = code[1];
  history.replaceState(null, "", location.pathname);
}
