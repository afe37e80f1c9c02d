// The page: who one is, what they see, what they do. Everything drawn comes from /sim/state.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const { words, bot } = data;
  const at = (id) => document.getElementById(id);
  const names = Object.fromEntries([...data.people, bot].map((person) => [person.id, person.name]));
  const address = new URLSearchParams(location.search);
  const now = { viewer: address.get("as") ?? data.people[0].id, channel: address.get("channel") ?? "C0SHARED", state: null, seen: {} };

  function make(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children.filter(Boolean));
    return made;
  }

  async function post(path, body) {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const json = await answer.json();
    if (!answer.ok) throw new Error(json.error ?? answer.statusText);
    return json;
  }

  // Drawing --------------------------------------------------------------------------------------------------------

  let asked = 0;
  async function refresh() {
    const mine = ++asked;
    const answer = await fetch(`/sim/state?as=${encodeURIComponent(now.viewer)}`);
    if (!answer.ok || mine !== asked) return;
    now.state = await answer.json();
    if (mine === asked) draw();
  }

  function draw() {
    const { conversations } = now.state;
    if (!conversations.some((one) => one.id === now.channel)) now.channel = conversations[0].id;
    const current = conversations.find((one) => one.id === now.channel);
    now.seen[key(current)] = current.messages.length;
    drawList(at("channels"), conversations.filter((one) => !one.direct));
    drawList(at("directs"), conversations.filter((one) => one.direct));
    drawHead(current);
    drawMessages(current);
    drawLog(now.state.records);
    drawModal(now.state.view);
    at("role").textContent = data.people.find((person) => person.id === now.viewer).role;
    remember();
  }

  const key = (conversation) => `${now.viewer} ${conversation.id}`;

  function drawList(list, conversations) {
    list.replaceChildren(...conversations.map((one) => {
      const fresh = one.messages.length - (now.seen[key(one)] ?? 0);
      const name = make("span", "name", (one.direct ? "" : "# ") + one.name);
      const badge = fresh > 0 && one.id !== now.channel ? make("span", "badge", String(fresh)) : null;
      const button = make("button", "channel", name, badge);
      button.type = "button";
      if (one.id === now.channel) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => { now.channel = one.id; draw(); });
      return make("li", null, button);
    }));
  }

  function drawHead(conversation) {
    at("conversation-name").textContent = (conversation.direct ? "" : "# ") + conversation.name;
    const side = conversation.teams.length > 1 ? words.shared : words.internal;
    const about = `${conversation.teams.join(" · ")}　${side}　${conversation.members} ${words.members}`;
    at("conversation-about").textContent = about;
    at("mention").parentElement.hidden = conversation.direct;
    at("home").hidden = !conversation.direct;
    at("home").textContent = atHome(conversation) ? words.talk : words.home;
  }

  const atHome = (conversation) => now.home && conversation.direct;

  function drawHome(list) {
    const view = now.state.home;
    const context = { names, files: {}, press: (action, value) => note(() => post("/sim/press-home", { user: now.viewer, action_id: action, value })) };
    list.replaceChildren(make("li", view ? "home" : "empty", ...(view ? blocks(view.blocks, context) : [words.home_empty])));
  }

  let drawn = "";
  function drawMessages(conversation) {
    const list = at("messages");
    if (atHome(conversation)) {
      drawn = "";
      return drawHome(list);
    }
    const whole = JSON.stringify([now.viewer, conversation.id, conversation.messages]);
    if (whole === drawn) return;
    drawn = whole;
    // A new message is followed only by those who were at the end already.
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80 || list.dataset.channel !== key(conversation);
    list.dataset.channel = key(conversation);
    const roots = conversation.messages.filter((one) => !one.thread || one.thread === one.ts);
    const items = roots.map((root) => {
      const item = message(root);
      const replies = conversation.messages.filter((one) => one.thread === root.ts && one.ts !== root.ts);
      if (replies.length) item.querySelector(".body").append(thread(replies));
      return item;
    });
    list.replaceChildren(...(items.length ? items : [make("li", "empty", words.empty)]));
    if (atEnd) list.scrollTop = list.scrollHeight;
    for (const picture of list.querySelectorAll("img")) {
      picture.addEventListener("load", () => { if (atEnd) list.scrollTop = list.scrollHeight; }, { once: true });
    }
  }

  function thread(replies) {
    const list = make("ol", "thread", ...replies.map(message));
    list.setAttribute("aria-label", words.thread);
    return list;
  }

  function message(one) {
    const context = {
      names,
      files: Object.fromEntries(one.files.map((file) => [file.id, file])),
      press: (action, value) => press(one.ts, action, value),
    };
    const time = new Date(Number(one.ts.split(".")[0]) * 1000);
    const stamp = make("time", null, time.toLocaleTimeString(data.language, { hour: "2-digit", minute: "2-digit" }));
    stamp.dateTime = time.toISOString();
    const head = make("p", "head", make("strong", null, one.name), one.app ? make("span", "app-badge", words.app) : make("span", "company", one.company), stamp);
    if (one.edited) head.append(make("span", "edited", words.edited));
    const content = one.blocks.length ? blocks(one.blocks, context) : one.text ? [mrkdwn(one.text, context)] : [];
    const body = make("div", "body", one.ephemeral ? make("p", "only-you", words.only_you) : null, head, ...content, ...one.files.map(file));
    const mark = make("span", `avatar ${one.app ? "bot" : one.company.toLowerCase()}`, one.app ? "予" : [...one.name][0]);
    mark.setAttribute("aria-hidden", "true");
    return make("li", one.ephemeral ? "message ephemeral" : "message", mark, body);
  }

  function file(one) {
    if (one.mimetype !== "image/png") return link(one, one.title);
    const picture = make("img", "upload");
    picture.src = one.url_private;
    picture.alt = one.alt_txt;
    const figure = make("figure", null, make("figcaption", null, one.title), link(one, picture));
    return figure;
  }

  function link(one, content) {
    const made = make("a", null, content);
    made.href = one.url_private;
    made.target = "_blank";
    return made;
  }

  function drawLog(records) {
    const items = [...records].reverse().map((one) => {
      const time = new Date(one.time).toLocaleTimeString(data.language);
      const meta = make("span", "log-meta", `${time}　${one.address}　${one.status}`);
      return make("li", one.address.startsWith("198.51.100.") ? "hostile" : null, make("strong", null, one.operation), make("span", "log-what", one.what), meta);
    });
    at("log").replaceChildren(...(items.length ? items : [make("li", "empty", words.log_empty)]));
  }

  let shownView = "";
  function drawModal(view) {
    const dialog = at("modal");
    const whole = JSON.stringify(view);
    if (whole === shownView) return;
    shownView = whole;
    if (!view) return dialog.close();
    at("modal-title").textContent = view.title?.text ?? "";
    at("modal-blocks").replaceChildren(...blocks(view.blocks, { names, files: {}, press: (action, value) => pressView(action, value) }));
    at("modal-submit").hidden = !view.submit;
    at("modal-submit").textContent = view.submit?.text ?? words.submit;
    at("modal-close").textContent = view.close?.text ?? words.close;
    if (!dialog.open) dialog.showModal();
  }

  // Doing ----------------------------------------------------------------------------------------------------------

  async function press(ts, action, value) {
    await note(() => post("/sim/press", { user: now.viewer, ts, action_id: action, value }));
  }

  async function pressView(action, value) {
    await note(() => post("/sim/press-view", { user: now.viewer, action_id: action, value }));
  }

  async function note(act) {
    const place = at("compose-note");
    place.textContent = "";
    try {
      const answer = await act();
      const statuses = answer.statuses ?? [answer.status];
      if (statuses.some((status) => status === null || status >= 300)) place.textContent = words.unsent;
    } catch (error) {
      place.textContent = `${words.failed}: ${error.message}`;
    }
  }

  at("compose").addEventListener("submit", async (event) => {
    event.preventDefault();
    const box = at("compose-text");
    const typed = box.value.trim();
    if (!typed) return box.focus();
    const mentioned = at("mention").checked && !at("mention").parentElement.hidden;
    // What a person types is data: Slack escapes these three before anybody else sees them.
    const escaped = typed.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    box.value = "";
    if (typed.startsWith("/")) {
      const [command, ...rest] = typed.split(/\s+/);
      await note(() => post("/sim/command", { user: now.viewer, channel: now.channel, command, text: rest.join(" ") }));
      return box.focus();
    }
    const text = (mentioned ? `<@${bot.id}> ` : "") + escaped;
    await note(() => post("/sim/say", { user: now.viewer, channel: now.channel, text }));
    box.focus();
  });

  at("compose-text").addEventListener("keydown", (event) => {
    // An input method's Enter chooses a word, it does not send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    at("compose").requestSubmit();
  });

  // What is sought is looked for in everything that a move says; its group opens as long as something is sought.
  at("sought").addEventListener("input", () => {
    const sought = at("sought").value.trim().toLowerCase();
    for (const move of document.querySelectorAll(".moves > li")) {
      const id = move.querySelector("[data-technique]").dataset.technique;
      move.hidden = !`${id} ${move.textContent}`.toLowerCase().includes(sought);
    }
    for (const group of document.querySelectorAll("details.more")) {
      group.open = Boolean(sought) && Boolean(group.querySelector("li:not([hidden])"));
    }
  });

  for (const button of document.querySelectorAll("[data-technique]")) {
    button.addEventListener("click", async () => {
      const result = button.parentElement.querySelector(".move-result");
      button.disabled = true;
      result.textContent = "…";
      try {
        const answer = await post(`/sim/techniques/${button.dataset.technique}`, {});
        const done = words.done.replace("{count}", answer.records.length);
        result.replaceChildren(done, ...(button.closest(".benign") ? [] : [" ", toAlerts()]));
      } catch (error) {
        result.textContent = `${words.failed}: ${error.message}`;
      }
      button.disabled = false;
    });
  }

  function toAlerts() {
    const link = make("a", null, words.see);
    link.href = `?${new URLSearchParams({ lang: data.language, as: "U0ADMIN", channel: "C0SECURITY" })}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      now.viewer = at("who").value = "U0ADMIN";
      now.channel = "C0SECURITY";
      refresh();
      at("conversation-name").scrollIntoView({ block: "center" });
    });
    return link;
  }

  at("home").addEventListener("click", () => {
    now.home = !now.home;
    draw();
    if (now.home) note(() => post("/sim/open-home", { user: now.viewer }));
  });

  at("modal-close").addEventListener("click", () => { at("modal").close(); post("/sim/close-view", { user: now.viewer }); });
  at("modal").addEventListener("cancel", () => post("/sim/close-view", { user: now.viewer }));
  at("modal-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const values = {};
    for (const field of at("modal-blocks").querySelectorAll("[data-input]")) values[field.dataset.actionId] = field.value;
    note(() => post("/sim/submit", { user: now.viewer, values }));
  });

  at("who").value = now.viewer;
  if (!at("who").value) at("who").value = now.viewer = data.people[0].id;
  at("who").addEventListener("change", () => { now.viewer = at("who").value; refresh(); });

  function remember() {
    const query = new URLSearchParams({ lang: data.language, as: now.viewer, channel: now.channel });
    history.replaceState(null, "", `?${query}`);
    query.set("lang", data.language === "ja" ? "en" : "ja");
    at("language").href = `?${query}`;
  }

  // Staying up to date ----------------------------------------------------------------------------------------------

  const stream = new EventSource("/sim/stream");
  const status = at("status");
  stream.onopen = () => { status.className = "status live"; status.lastElementChild.textContent = words.live; refresh(); };
  stream.onerror = () => { status.className = "status lost"; status.lastElementChild.textContent = words.lost; };
  let waiting = null;
  stream.onmessage = () => { clearTimeout(waiting); waiting = setTimeout(refresh, 30); };
  refresh();
})();
