// Slack's mrkdwn as DOM nodes: text stays text, so nothing a message says can become markup of this page.
"use strict";

const mrkdwn = (() => {
  const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
  const EMOJI = {
    ":warning:": "⚠️", ":rotating_light:": "🚨", ":white_check_mark:": "✅", ":lock:": "🔒", ":calendar:": "📅",
    ":eyes:": "👀", ":bell:": "🔔", ":mag:": "🔍", ":information_source:": "ℹ️", ":x:": "❌", ":shield:": "🛡️",
    ":large_blue_circle:": "🔵", ":red_circle:": "🔴", ":large_yellow_circle:": "🟡", ":large_orange_circle:": "🟠",
  };
  // Order matters: code before everything, <…> before formatting, formatting innermost.
  const RULES = [
    [/```([\s\S]+?)```/, (m) => element("pre", m[1].replace(/^\n/, ""))],
    [/`([^`\n]+)`/, (m) => element("code", unescape_(m[1]))],
    [/<([^<>\n]+)>/, (m, context) => reference(m[1], context)],
    [/(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])/, (m, context) => wrap("strong", m[1], context)],
    [/(?<![\w_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\w_])/, (m, context) => wrap("em", m[1], context)],
    [/(?<![\w~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\w~])/, (m, context) => wrap("del", m[1], context)],
    [/:[a-z_]+:/, (m) => document.createTextNode(EMOJI[m[0]] ?? m[0])],
  ];

  function unescape_(text) {
    return text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);
  }

  function element(tag, text, className) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function wrap(tag, text, context) {
    const made = document.createElement(tag);
    made.append(...nodes(text, context));
    return made;
  }

  function reference(inside, context) {
    const [target, label] = inside.split("|");
    if (target.startsWith("@")) return element("span", "@" + (context.names[target.slice(1)] ?? target.slice(1)), "mention-name");
    if (target.startsWith("#")) return element("span", "#" + (label ?? target.slice(1)), "mention-name");
    if (target.startsWith("!date^")) return element("time", label ?? target);
    if (target.startsWith("!")) return element("span", "@" + target.slice(1), "mention-name");
    if (!/^https?:\/\//.test(target)) return document.createTextNode(unescape_(label ?? target));
    const link = element("a", unescape_(label ?? target));
    link.href = unescape_(target);
    link.rel = "noreferrer noopener";
    link.target = "_blank";
    return link;
  }

  function nodes(text, context) {
    let first = null;
    for (const [pattern, make] of RULES) {
      const match = pattern.exec(text);
      if (match && (!first || match.index < first.match.index)) first = { match, make };
    }
    if (!first) return [document.createTextNode(unescape_(text))];
    const { match, make } = first;
    const before = text.slice(0, match.index);
    const after = text.slice(match.index + match[0].length);
    return [
      ...(before ? [document.createTextNode(unescape_(before))] : []),
      make(match, context),
      ...(after ? nodes(after, context) : []),
    ];
  }

  function lines(text, context) {
    const made = document.createElement("div");
    made.className = "text";
    let quote = null;
    text.split("\n").forEach((line, number, all) => {
      const quoted = line.startsWith("&gt;") || line.startsWith(">");
      if (quoted) {
        if (!quote) made.append((quote = document.createElement("blockquote")));
        quote.append(...nodes(line.replace(/^(&gt;|>) ?/, ""), context), document.createElement("br"));
        return;
      }
      quote = null;
      made.append(...nodes(line, context));
      if (number < all.length - 1) made.append(document.createElement("br"));
    });
    return made;
  }

  // A fence spans lines, so texts that hold one are not cut at line ends.
  return (text, context) => (text.includes("```") ? wrapWhole(text, context) : lines(text, context));

  function wrapWhole(text, context) {
    const made = wrap("div", text, context);
    made.className = "text keep-lines";
    return made;
  }
})();
