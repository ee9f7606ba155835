// Filters, sorts and opens tasks. Texts of the data are set as text, never as markup.
"use strict";
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const byId = (id) => document.getElementById(id);
  const cards = byId("cards");
  const all = Array.from(cards.children);
  const news = new Set(report.news.tasks.map((own) => own.task));

  /** A node with attributes and children; what is a string is text. */
  const node = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };

  const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const readable = (timestamp) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(timestamp)
      ? timestamp.slice(0, 16).replace("T", " ")
      : timestamp;
  const counted = (count, word) => `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;

  // ---- filtering and sorting

  const search = byId("search");
  const sort = byId("sort");
  const direction = byId("direction");
  const filter = () => document.querySelector("input[name=filter]:checked").value;
  /** Whether an order begins with the largest. */
  const falls = { share: true, found: true, risen: true, seconds: true, solvers: true };
  let shown = all;

  const matches = (card) => {
    const wanted = filter();
    const data = card.dataset;
    const is = wanted === "all" || (wanted === "new" ? news.has(data.task) : data.verdict === wanted);
    return is && data.task.toLowerCase().includes(search.value.trim().toLowerCase());
  };

  const compare = (one, other) => {
    const order = sort.value;
    const [first, second] = [one.dataset, other.dataset];
    let by;
    if (order === "name") {
      by = first.place - second.place;
    } else if (order === "found" || order === "risen") {
      by = first[order] < second[order] ? -1 : Number(first[order] > second[order]);
    } else {
      by = first[order] - second[order];
    }
    const turned = direction.getAttribute("aria-pressed") === "true";
    const sign = Boolean(falls[order]) === turned ? 1 : -1;
    return by * sign || first.place - second.place;
  };

  const refresh = () => {
    const sorted = all.slice().sort(compare);
    for (const card of sorted) {
      card.hidden = !matches(card);
    }
    cards.append(...sorted);
    shown = sorted.filter((card) => !card.hidden);
    const told = counted(all.length, "task");
    byId("shown").textContent = shown.length === all.length ? told : `${grouped(shown.length)} of ${told}`;
  };

  const tools = byId("tools");
  tools.hidden = false;
  byId("keys").hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("input", refresh);
  direction.addEventListener("click", () => {
    const turned = direction.getAttribute("aria-pressed") !== "true";
    direction.setAttribute("aria-pressed", String(turned));
    direction.textContent = turned ? "↓" : "↑";
    refresh();
  });

  // ---- pictures

  const SVG = "http://www.w3.org/2000/svg";
  const vector = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    return made;
  };

  /** The cells of an output that are not as expected, as [row, column]. */
  const differences = (output, expected) => {
    const found = [];
    output.forEach((row, y) =>
      Array.from(row).forEach((cell, x) => {
        if (!expected[y] || expected[y][x] !== cell) {
          found.push([y, x]);
        }
      }),
    );
    return found;
  };

  const picture = (text, name, expectedText) => {
    const rows = text.split("/");
    const [height, width] = [rows.length, rows[0].length];
    const svg = vector("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
    const title = vector("title", {});
    const paths = new Map();
    rows.forEach((row, y) => {
      for (const run of row.matchAll(/(.)\1*/g)) {
        const path = paths.get(run[1]) || [];
        path.push(`M${run.index} ${y}.5h${run[0].length}`);
        paths.set(run[1], path);
      }
    });
    for (const [cell, path] of paths) {
      svg.append(
        vector("path", {
          d: path.join(""),
          style: `stroke:var(--c${cell});stroke-width:1.02`,
          "shape-rendering": "crispEdges",
        }),
      );
    }
    let lines = "";
    for (let y = 0; y <= height; y += 1) lines += `M0 ${y}h${width}`;
    for (let x = 0; x <= width; x += 1) lines += `M${x} 0v${height}`;
    svg.append(vector("path", { d: lines, stroke: "#555", "stroke-width": ".04" }));
    title.textContent = `${name}, ${height} by ${width}`;
    if (expectedText) {
      const differing = differences(rows, expectedText.split("/"));
      if (differing.length) {
        const dots = differing.map(([y, x]) => `M${x}.5 ${y}.5h0`).join("");
        for (const [colour, size] of [["#000", ".5"], ["#fff", ".3"]]) {
          svg.append(vector("path", { d: dots, stroke: colour, "stroke-width": size, "stroke-linecap": "round" }));
        }
        const named = differing.slice(0, 10).map(([y, x]) => `row ${y + 1} column ${x + 1}`);
        title.textContent += `; ${counted(differing.length, "cell")} not as expected: ${named.join(", ")}`;
      }
    }
    svg.prepend(title);
    return svg;
  };

  const figure = (caption, inside) => node("figure", {}, node("figcaption", {}, caption), inside);

  const size = (text) => {
    const rows = text.split("/");
    return `${rows.length} × ${rows[0].length}`;
  };

  const output = (sample) => {
    const drawn = sample.output;
    if (drawn === "expected") {
      return figure(`output, exact`, picture(sample.expected, `output of ${sample.name}`));
    }
    if (drawn === "over_limit") {
      return figure("output", node("p", { class: "text" }, "none: a call met a limit"));
    }
    if (drawn === "no_program") {
      return null;
    }
    if ("grid" in drawn) {
      const caption = `output, ${size(drawn.grid)}`;
      return figure(caption, picture(drawn.grid, `output of ${sample.name}`, sample.expected));
    }
    return figure("output, no grid", node("p", { class: "text" }, node("code", {}, drawn.other)));
  };

  const sample = (own) => {
    const score = own.score === null ? "" : ` scores ${own.score}`;
    const heading = node("h4", {}, own.name.replace(":", " "), node("span", {}, score));
    const expected = own.expected
      ? figure(`expected, ${size(own.expected)}`, picture(own.expected, `expected of ${own.name}`))
      : figure("expected", node("p", { class: "text" }, "not known"));
    return node(
      "div",
      { class: "sample" },
      heading,
      figure(`input, ${size(own.input)}`, picture(own.input, `input of ${own.name}`)),
      expected,
      output(own),
    );
  };

  // ---- a task

  const dialog = byId("task");
  let open = null;

  const program = (own) => [
    node("p", { class: "soft" }, node("code", {}, own.path)),
    node("pre", { tabindex: "0" }, own.text + (own.is_cut ? "\n…" : "")),
  ];

  const table = (heads, rows) =>
    node(
      "div",
      { class: "scroll" },
      node(
        "table",
        {},
        node("thead", {}, node("tr", {}, ...heads.map((head) => node("th", { scope: "col" }, head)))),
        node("tbody", {}, ...rows.map((row) => node("tr", {}, ...row.map((cell) => node("td", {}, cell))))),
      ),
    );

  const verdicts = { solved: "solved", demos_exact: "exact on demos", open: "open" };

  const contents = (task) => {
    const parts = [];
    const of = task.full === null ? "" : ` of ${grouped(task.full)}`;
    const facts = [`best score ${grouped(task.best)}${of}`, counted(task.solvers, "solver")];
    if (task.times.runs) {
      facts.push(`run ${task.times.runs} times, at most ${task.times.longest.toFixed(2)} s`);
    }
    parts.push(node("p", { class: "soft" }, facts.join(", ")));
    if (task.problem) {
      parts.push(node("p", { class: "nothing" }, task.problem));
    }
    parts.push(...task.samples.map(sample));
    if (task.samples_left_out) {
      const left = counted(task.samples_left_out, "sample");
      parts.push(node("p", { class: "soft" }, `${left} left out, for the page would be too large`));
    }
    if (task.program) {
      parts.push(node("h3", {}, `Best solver, speed ${task.program.speed}`), ...program(task.program));
    }
    if (task.differs.length) {
      parts.push(node("h3", {}, `Differs: the best ${task.differs.length} of ${task.differs_kept}`));
      for (const differ of task.differs) {
        const summary = node("summary", {}, `score ${grouped(differ.score)}, `, node("code", {}, differ.identity));
        const text = report.differs[differ.identity];
        parts.push(node("details", {}, summary, ...(text ? program(text) : ["cannot be read"])));
      }
    }
    if (task.history.length) {
      const rows = task.history.map((rise) => [
        readable(rise.at),
        `${grouped(rise.before)} → ${grouped(rise.now)}`,
        verdicts[rise.verdict],
      ]);
      parts.push(node("h3", {}, "History of the best score"), table(["time", "score", "then"], rows));
    }
    return parts;
  };

  const move = (by) => {
    const place = shown.findIndex((card) => Number(card.dataset.place) === open);
    const next = shown[(place + by + shown.length) % shown.length];
    if (next) {
      history.replaceState(null, "", `#task-${next.dataset.place}`);
      show(Number(next.dataset.place));
    }
  };

  const button = (text, name, action) => {
    const made = node("button", { type: "button", "aria-label": name, title: name }, text);
    made.addEventListener("click", action);
    return made;
  };

  const show = (place) => {
    const task = report.tasks[place];
    if (!task) return;
    open = place;
    const verdict = task.verdict || "unknown";
    dialog.replaceChildren(
      node(
        "div",
        { class: "top" },
        node("h2", { id: "task-name" }, task.task),
        node("span", { class: `badge ${verdict}` }, verdicts[verdict] || verdict),
        node(
          "div",
          { class: "moves" },
          button("←", "Previous task", () => move(-1)),
          button("→", "Next task", () => move(1)),
          button("✕", "Close", () => dialog.close()),
        ),
      ),
      node("div", { class: "inside" }, ...contents(task)),
    );
    if (!dialog.open) {
      dialog.showModal();
    }
    dialog.scrollTop = 0;
  };

  const follow = () => {
    const found = /^#task-(\d+)$/.exec(location.hash);
    if (found) {
      show(Number(found[1]));
    } else if (dialog.open) {
      dialog.close();
    }
  };

  dialog.addEventListener("close", () => {
    const card = all.find((own) => Number(own.dataset.place) === open);
    open = null;
    if (location.hash) {
      history.replaceState(null, "", location.pathname + location.search);
    }
    if (card && !card.hidden) {
      card.querySelector("a").focus();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#task-']");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      history.pushState(null, "", link.getAttribute("href"));
      follow();
    }
  });
  window.addEventListener("hashchange", follow);
  window.addEventListener("popstate", follow);

  // ---- keys

  const step = (by) => {
    const links = shown.map((card) => card.querySelector("a"));
    const place = links.indexOf(document.activeElement);
    const next = links[place < 0 ? 0 : Math.min(links.length - 1, Math.max(0, place + by))];
    if (next) next.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "radio";
    if (dialog.open) {
      if (event.key === "ArrowLeft" || event.key === "k") move(-1);
      else if (event.key === "ArrowRight" || event.key === "j") move(1);
      else return;
    } else if (isTyping) {
      if (event.key === "Escape") event.target.blur();
      return;
    } else if (event.key === "/") {
      search.focus();
    } else if (event.key === "j") {
      step(1);
    } else if (event.key === "k") {
      step(-1);
    } else {
      return;
    }
    event.preventDefault();
  });

  // ---- light and dark

  const theme = byId("theme");
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const tell = () => {
    theme.textContent = isDark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  };
  theme.hidden = false;
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    tell();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
  tell();

  refresh();
  follow();
})();
