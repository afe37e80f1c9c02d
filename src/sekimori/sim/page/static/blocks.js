// Block Kit as DOM nodes: each kind of block and element that the simulator accepts.
"use strict";

const blocks = (() => {
  const plain = (object) => object?.text ?? "";

  function make(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  function textObject(object, context) {
    if (object.type === "mrkdwn") return mrkdwn(object.text, context);
    return make("div", "text keep-lines", plain(object));
  }

  function image(block, context) {
    const file = block.slack_file && context.files?.[block.slack_file.id];
    const picture = document.createElement("img");
    picture.alt = block.alt_text;
    picture.loading = "lazy";
    picture.src = file ? file.url_private : block.image_url;
    return picture;
  }

  function button(element, context) {
    const made = make("button", `slack-button ${element.style ?? ""}`, plain(element.text));
    made.type = "button";
    if (element.accessibility_label) made.setAttribute("aria-label", element.accessibility_label);
    made.addEventListener("click", () => {
      if (element.confirm && !window.confirm([element.confirm.title, element.confirm.text].map(plain).join("\n"))) return;
      if (element.url) window.open(element.url, "_blank", "noreferrer");
      context.press(element.action_id, null);
    });
    return made;
  }

  function select(element, context) {
    const made = make("select", "slack-select");
    const label = plain(element.placeholder) || "…";
    made.setAttribute("aria-label", label);
    made.append(new Option(label, "", true, !element.initial_option));
    const options = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
    for (const option of options) made.append(new Option(plain(option.text), option.value));
    if (element.initial_option) made.value = element.initial_option.value;
    made.dataset.actionId = element.action_id;
    made.addEventListener("change", () => made.value && context.press(element.action_id, made.value));
    return made;
  }

  function choices(element, context, type) {
    const group = make("div", "slack-choices");
    for (const option of element.options) {
      const input = document.createElement("input");
      input.type = type;
      input.name = element.action_id;
      input.value = option.value;
      input.checked = [element.initial_option, ...(element.initial_options ?? [])].some((one) => one?.value === option.value);
      input.addEventListener("change", () => context.press(element.action_id, option.value));
      group.append(make("label", null, input, " ", plain(option.text)));
    }
    return group;
  }

  function field(element, type) {
    const made = document.createElement(element.multiline ? "textarea" : "input");
    if (!element.multiline) made.type = type;
    made.placeholder = plain(element.placeholder);
    made.value = element.initial_value ?? element.initial_date ?? "";
    made.dataset.actionId = element.action_id;
    return made;
  }

  const ELEMENTS = {
    button,
    static_select: select,
    overflow: select,
    radio_buttons: (element, context) => choices(element, context, "radio"),
    checkboxes: (element, context) => choices(element, context, "checkbox"),
    plain_text_input: (element) => field(element, "text"),
    datepicker: (element) => field(element, "date"),
    image,
    mrkdwn: textObject,
    plain_text: textObject,
  };
  const element = (one, context) => ELEMENTS[one.type]?.(one, context) ?? make("span", "unknown", `[${one.type}]`);

  function richText(node, context) {
    if (node.type === "text") {
      const style = node.style ?? {};
      const tag = style.code ? "code" : style.bold ? "strong" : style.italic ? "em" : style.strike ? "del" : "span";
      return make(tag, null, node.text);
    }
    if (node.type === "user") return make("span", "mention-name", "@" + (context.names[node.user_id] ?? node.user_id));
    if (node.type === "emoji") return document.createTextNode(node.unicode ? String.fromCodePoint(...node.unicode.split("-").map((hex) => parseInt(hex, 16))) : `:${node.name}:`);
    if (node.type === "link") return mrkdwn(`<${node.url}|${node.text ?? node.url}>`, context);
    const tag = { rich_text_list: "ul", rich_text_preformatted: "pre", rich_text_quote: "blockquote" }[node.type] ?? "div";
    const children = (node.elements ?? []).map((child) => richText(child, context));
    return make(tag, "text keep-lines", ...(tag === "ul" ? children.map((child) => make("li", null, child)) : children));
  }

  function table(block, context) {
    const made = make("table", "slack-table");
    block.rows.forEach((row, number) => {
      const line = make("tr");
      row.forEach((cell, column) => {
        const tag = number === 0 ? "th" : column === 0 ? "th" : "td";
        const settings = block.column_settings?.[column] ?? {};
        const one = make(tag, null, cell.type === "raw_text" ? cell.text : richText(cell, context));
        if (tag === "th") one.scope = number === 0 ? "col" : "row";
        if (settings.align) one.style.textAlign = settings.align;
        line.append(one);
      });
      made.append(line);
    });
    return make("div", "slack-table-frame", made);
  }

  const BLOCKS = {
    section: (block, context) => {
      const words = make("div", "section-words", block.text && textObject(block.text, context));
      if (block.fields) words.append(make("div", "fields", ...block.fields.map((one) => textObject(one, context))));
      return make("div", "section", words, block.accessory && element(block.accessory, context));
    },
    header: (block) => make("h3", "slack-header", plain(block.text)),
    divider: () => make("hr"),
    image: (block, context) =>
      make("figure", null, block.title && make("figcaption", null, plain(block.title)), image(block, context)),
    context: (block, context) => make("div", "context", ...block.elements.map((one) => element(one, context))),
    actions: (block, context) => make("div", "actions", ...block.elements.map((one) => element(one, context))),
    input: (block, context) => {
      // Slack: what is filled in is told when the modal is submitted, not before.
      const control = element(block.element, block.dispatch_action ? context : { ...context, press: () => {} });
      control.dataset.input = "";
      return make("label", "input-block", make("span", null, plain(block.label)), control, block.hint && make("small", null, plain(block.hint)));
    },
    markdown: (block, context) => mrkdwn(block.text, context),
    rich_text: (block, context) => make("div", null, ...block.elements.map((one) => richText(one, context))),
    table,
  };

  return (list, context) => list.map((block) => {
    const made = BLOCKS[block.type]?.(block, context) ?? make("p", "unknown", `[${block.type}]`);
    made.classList.add("block");
    return made;
  });
})();
