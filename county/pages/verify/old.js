// Runs on any browser, however old: lists whom to ask, and says so where verify.js does not start. Calls nothing.
(function () {
  "use strict";
  var PATIENCE_MS = 10000;
  var cannot = document.getElementById("cannot");
  cannot.hidden = true;
  setTimeout(function () {
    cannot.hidden = document.documentElement.getAttribute("data-started") === "yes";
  }, PATIENCE_MS);

  var request = new XMLHttpRequest();
  request.open("GET", "/townships.json");
  request.onload = function () {
    if (request.status === 200) JSON.parse(request.responseText).forEach(add);
  };
  request.send();

  function add(township) {
    var row = document.createElement("li");
    var telephone = document.createElement("a");
    telephone.href = "tel:" + township.phone.replace(/[^0-9+]/g, "");
    telephone.appendChild(document.createTextNode(township.phone));
    row.appendChild(document.createTextNode(township.name + "：" + township.address + " "));
    row.appendChild(telephone);
    var offices = document.getElementById("offices");
    offices.insertBefore(row, offices.firstChild);
  }
})();
