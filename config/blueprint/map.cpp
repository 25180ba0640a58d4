// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"

#include <algorithm>
#include <array>

namespace troupe::config::blueprint {

namespace {

/// A context key may be said as it is.
std::string as_template(const std::string& text) {
  if (text.find("{{") != text.npos)
    return text;
  constexpr std::array roots{"context", "previous_step", "steps", "inputs", "this"};
  auto first = text.substr(0, text.find_first_of(".["));
  auto is_path = std::find(roots.begin(), roots.end(), first) != roots.end();
  return (is_path ? "{{ " : "{{ context.") + text + " }}";
}

} // namespace

/// A batch, and behind it a step that makes a plain list of what its items gave. Each item's output
/// is wrapped, so that an object's members do not stand beside the item.
native_json translator::map(const reader& in) {
  native_object out{in};
  auto id = add_id(in, out);
  if (!in.has("map")) {
    in.error({"missing_key", "a map needs `map`: {\"iterable_input\": …, \"body\": […]}"});
    return {};
  }
  auto spec = in.member("map");
  if (!spec.wants_object("an object with `iterable_input` and `body`"))
    return {};
  check_keys(spec, keys::map, keys::not_of_map, "a map");
  for (auto key : {"iterable_input", "body"})
    if (!spec.has(key))
      spec.error({"missing_key", std::string{"a map needs `"} + key + "`"});
  auto wish = id.empty() ? "map" : id;
  native_object items{spec};
  items.set("id", names_.make_up(wish + "_items"));
  items.set("batch", batch_of(spec), spec);
  if (spec.has("body")) {
    auto body = list(spec.member("body"));
    body.push_back({{"id", names_.make_up(wish + "_output")},
                    {"type", "jq"},
                    {"params", {{"program", "{output: .}"}}}});
    items.set("sequence", std::move(body), spec.member("body"));
  }
  native_json outputs{{"id", names_.make_up(wish + "_outputs")},
                      {"type", "jq"},
                      {"params", {{"program", "[.results[].output]"}}}};
  out.set("sequence", native_json::array({items.take(), std::move(outputs)}), spec);
  add_wrappers(in, out, keys::of_map);
  return out.take();
}

native_json translator::batch_of(const reader& spec) {
  native_object batch{spec};
  if (spec.has("iterable_input")) {
    auto in = spec.member("iterable_input");
    if (in.json().is_string())
      batch.set("items", native_text(in, as_template(in.json().get<std::string>())), in);
    else if (in.wants_list("a key of the context, a template, or a list"))
      batch.set("items", filled(in), in);
  }
  for (auto key : {"parallel", "max_concurrent", "on_error"})
    if (spec.has(key))
      batch.set(key, as_written(spec.member(key)));
  return batch.take();
}

} // namespace troupe::config::blueprint
