(function () {
  "use strict";
  // Values are computed back from the places of points, so that no number is in the file twice.
  var SIDE = 10000;
  function axis(text) {
    var p = text.split(",");
    return { kind: p[0], low: +p[1], high: +p[2], style: p[3], symbol: p.slice(4).join(",") };
  }
  function value(a, place) {
    var v = a.low + place * (a.high - a.low);
    return a.kind === "E" ? v : a.kind === "L" ? Math.pow(10, v) : 100 * (1 - Math.pow(10, -v));
  }
  function digits(v) {
    return Math.abs(v) >= 1000 ? Math.round(v).toLocaleString("en-US") : String(+v.toPrecision(3));
  }
  function format(a, v) {
    if (a.kind === "P") return +v.toFixed(v > 99.9 ? 4 : v > 99 ? 3 : 2) + " %";
    var m = Math.abs(v), i;
    if (a.style === "T") {
      if (m === 0) return "0 s";
      return m < 9.995e-7 ? digits(v * 1e9) + " ns" : m < 9.995e-4 ? digits(v * 1e6) + " µs"
        : m < 0.9995 ? digits(v * 1e3) + " ms" : digits(v) + " s";
    }
    if (a.style === "C") {
      if (m < 60) return digits(v) + " s";
      var s = Math.round(v), t = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]], out = [];
      for (i = 0; i < t.length; i++) {
        var n = Math.floor(s / t[i][0]);
        s -= n * t[i][0];
        if (n && out.length < 3) out.push(n + " " + t[i][1]);
      }
      return out.join(" ");
    }
    var step = a.style === "B" ? 1024 : 1000, up = ["", "k", "M", "G", "T", "P", "E"], e = 0;
    if (a.style !== "P") while (m >= step && e < 6) { m /= step; v /= step; e++; }
    var prefix = a.style === "B" && e ? up[e].toUpperCase() + "i" : up[e];
    var symbol = prefix + a.symbol;
    return digits(v) + (symbol ? " " + symbol : "");
  }
  function points(path) {
    if (path.pts) return path.pts;
    var re = /([MlLhHvVz])|(-?\d+)/g, all = [], m, command = "M", x = 0, y = 0, q = [], begin = 0;
    var d = path.getAttribute("d");
    while ((m = re.exec(d))) {
      if (m[1]) { command = m[1]; q = []; continue; }
      q.push(+m[2]);
      if (command === "V") { y = q[0]; q = []; all.push([x, y]); continue; }
      if (q.length < 2) continue;
      if (command === "l") { x += q[0]; y += q[1]; } else { x = q[0]; y = q[1]; }
      q = [];
      all.push([x, y]);
    }
    if (path.classList.contains("f")) { all.shift(); all.pop(); }
    return (path.pts = all);
  }
  var tip = document.createElement("div"), cross = document.createElement("div");
  tip.id = "tip"; cross.id = "cross";
  document.body.appendChild(tip);
  function hide() { tip.style.display = cross.style.display = "none"; }
  function row(keyClass, name, text) {
    var line = document.createElement("div");
    if (keyClass) { var k = document.createElement("i"); k.className = "k " + keyClass; line.appendChild(k); }
    var w = document.createElement("span"); w.className = "w"; w.textContent = name; line.appendChild(w);
    var b = document.createElement("b"); b.textContent = text; line.appendChild(b);
    tip.appendChild(line);
  }
  function show(area, event) {
    var box = area.getBoundingClientRect();
    var px = (event.clientX - box.left) / box.width * SIDE, py = (event.clientY - box.top) / box.height * SIDE;
    var ax = axis(area.dataset.x), ay = axis(area.dataset.y), names = area.parentNode.querySelectorAll(".legend li");
    var hits = [], place = null, best = Infinity;
    area.querySelectorAll("path[data-s]").forEach(function (path) {
      if (path.classList.contains("off")) return;
      var near = null, d = Infinity;
      points(path).forEach(function (p) {
        var dx = Math.abs(p[0] - px) * box.width, dy = path.classList.contains("d") ? Math.abs(p[1] - py) * box.height : 0;
        if (dx + dy < d) { d = dx + dy; near = p; }
      });
      if (near) { hits.push({ path: path, s: +path.dataset.s, p: near }); if (d < best) { best = d; place = near; } }
    });
    if (!place) return hide();
    hits.sort(function (a, b) { return a.s - b.s; });
    tip.textContent = "";
    row("", format(ax, value(ax, place[0] / SIDE)), "");
    var below = 0;
    hits.forEach(function (h) {
      var v = value(ay, 1 - h.p[1] / SIDE);
      if (h.path.classList.contains("f")) { var top = v; v -= below; below = top; }
      if (hits.length > 14 && Math.abs(h.p[1] - py) > 700) return;
      var li = names[h.s];
      row("c" + h.s % 8 + " h" + Math.floor(h.s / 8) % 4, li ? li.textContent : "", format(ay, v));
    });
    area.appendChild(cross);
    cross.style.display = tip.style.display = "block";
    cross.style.left = place[0] / SIDE * 100 + "%";
    var left = event.pageX + 14, wide = document.documentElement.clientWidth;
    if (left + tip.offsetWidth > wide - 6) left = Math.max(6, event.pageX - tip.offsetWidth - 14);
    tip.style.left = left + "px";
    tip.style.top = event.pageY + 14 + "px";
  }
  document.querySelectorAll(".area").forEach(function (area) {
    area.addEventListener("pointermove", function (event) { show(area, event); });
    area.addEventListener("pointerdown", function (event) { show(area, event); });
    area.addEventListener("pointerleave", hide);
  });
  document.querySelectorAll(".plot").forEach(function (plot) {
    plot.querySelectorAll(".legend li[data-s]").forEach(function (li) {
      var path = plot.querySelector('path.l[data-s="' + li.dataset.s + '"], path.d[data-s="' + li.dataset.s + '"]');
      if (!path) { li.style.cursor = "default"; return; }
      li.title = "show or hide";
      li.addEventListener("click", function () { path.classList.toggle("off"); li.classList.toggle("off"); hide(); });
    });
  });
})();
