// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

/// `{{ steps.a }}` is a text, and hardly meant to be one.
void warn_of_other_templates(const reader& in, const std::string& text) {
  auto begin = text.find("{{");
  auto end = begin == text.npos ? begin : text.find("}}", begin);
  if (end == text.npos)
    return;
  auto name = text.substr(begin + 2, end - begin - 2);
  name.erase(0, name.find_first_not_of(" $"));
  name.erase(name.find_last_not_of(' ') + 1);
  auto is_path =
    !name.empty() &&
    name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.[]") ==
      name.npos;
  if (is_path)
    in.warning({"looks_like_a_template",
                "`" + text.substr(begin, end + 2 - begin) + "` is a text here",
                "for a template write ${" + name + "}"});
}

} // namespace

plan::value_template native_reader::read_template(const reader& in) {
  return read_template(in, in.json());
}

plan::value_template native_reader::read_template(const reader& in, const nlohmann::json& x) {
  plan::value_template out;
  auto keep_literal = [&] { out.content = value{x}; };
  if (x.is_string()) {
    warn_of_other_templates(in, x.get_ref<const std::string&>());
    auto text = read_text_template(in, x.get_ref<const std::string&>());
    if (!text || text->is_literal())
      out.content = value{nlohmann::json(text ? text->literal() : std::string{})};
    else
      out.content = std::move(*text);
    return out;
  }
  auto below_is_literal = true;
  if (x.is_array()) {
    plan::value_template::list items;
    for (size_t i = 0; i < x.size(); ++i) {
      items.push_back(read_template({x[i], below(in.pointer(), i), found_}, x[i]));
      below_is_literal = below_is_literal && items.back().is_literal();
    }
    if (!below_is_literal) {
      out.content = std::move(items);
      return out;
    }
    std::vector<value> all;
    for (auto& item : items)
      all.push_back(std::get<value>(item.content));
    out.content = value{value::list(std::move(all)).json()};
    return out;
  }
  if (x.is_object()) {
    plan::value_template::object members;
    for (auto& [key, member] : x.items()) {
      members.emplace_back(key, read_template({member, below(in.pointer(), key), found_}, member));
      below_is_literal = below_is_literal && members.back().second.is_literal();
    }
    if (!below_is_literal) {
      out.content = std::move(members);
      return out;
    }
    std::vector<value::member> all;
    for (auto& [key, member] : members)
      all.emplace_back(key, std::get<value>(member.content));
    out.content = value{value::object(std::move(all)).json()};
    return out;
  }
  keep_literal();
  return out;
}

std::optional<plan::text_template> native_reader::read_text_template(const reader& in,
                                                                     const std::string& text) {
  auto parsed = plan::parse_template(text);
  if (!parsed) {
    in.error_inside(parsed.error().piece,
                    {"bad_template", parsed.error().message, parsed.error().hint},
                    parsed.error().at);
    return {};
  }
  plan::each_reference(*parsed, [&](plan::reference& x, bool optional) { bind(in, x, optional); });
  return *parsed;
}

void native_reader::bind(const reader& in, plan::reference& x, bool optional) {
  using plan::origin;
  auto refuse = [&](finding what) { in.error_inside(x.text, std::move(what), x.at); };
  if (auto bound = names_.find(x.root); bound != names_.end()) {
    x.origin = origin::name;
    x.slot = bound->second;
  } else if (x.root == "inputs" || x.root == "workflow") {
    bind_input(in, x, optional);
  } else if (x.root == "context") {
    x.origin = origin::context;
  } else if (x.root == "previous") {
    x.origin = origin::previous;
  } else if (x.root == "result") {
    x.origin = in_action_ ? origin::previous : undo_result_ ? origin::name : origin::result;
    x.slot = undo_result_.value_or(0);
    if (!in_set_ && !in_action_ && !undo_result_)
      refuse({"unknown_reference", "`result` is only there in `set`, `action` and `undo`"});
  } else if (x.root == "env") {
    x.origin = origin::environment;
    bind_listed(in, x, "env", "the variable", settings_->environment);
  } else if (x.root == "secret") {
    x.origin = origin::secret;
    bind_listed(in, x, "secrets", "the secret", settings_->secrets);
  } else if (x.root == "item" || x.root == "index") {
    refuse({"unknown_reference", "`" + x.root + "` is only there inside of a batch" +
                                   (x.root == "index" ? " or a loop" : "")});
  } else {
    bind_step(in, x, optional);
  }
}

void native_reader::bind_input(const reader& in, plan::reference& x, bool optional) {
  x.origin = inputs_name_ ? plan::origin::name : plan::origin::inputs;
  x.slot = inputs_name_.value_or(0);
  auto name = x.way.empty() ? nullptr : std::get_if<std::string>(&x.way.front());
  read_inputs_.insert(name ? *name : "*");
  if (!name || core_->inputs.contains(*name))
    return;
  if (core_->takes_other_inputs) {
    core_->inputs[*name] = {.type = "any", .required = !optional};
    return;
  }
  std::vector<std::string> names;
  for (auto& [known, spec] : core_->inputs)
    names.push_back(known);
  in.error_inside(
    x.text,
    {"unknown_input", "the flow has no input \"" + *name + "\"", did_you_mean(*name, names)}, x.at);
}

/// A name that has to stand in one of the flow's lists.
void native_reader::bind_listed(const reader& in, const plan::reference& x, const char* list,
                                const char* what, const std::vector<std::string>& names) {
  auto name = x.way.empty() ? nullptr : std::get_if<std::string>(&x.way.front());
  if (!name)
    return in.error_inside(x.text, {"unknown_reference", "wanted ${" + x.root + ".NAME}"}, x.at);
  if (is_one_of(names, *name) || settings_->broken_lists.contains(list))
    return;
  auto hint = did_you_mean(*name, names);
  if (hint.empty())
    hint = "list it: \"" + std::string{list} + "\": [\"" + *name + "\"]";
  in.error_inside(x.text, {"unknown_reference", what + (" \"" + *name) + "\" is not listed", hint},
                  x.at);
}

void native_reader::bind_step(const reader& in, plan::reference& x, bool optional) {
  auto id = x.root;
  x.origin = plan::origin::step_output;
  if (x.root == "steps") {
    auto first = x.way.empty() ? nullptr : std::get_if<std::string>(&x.way.front());
    if (!first)
      return in.error_inside(x.text, {"unknown_reference", "wanted ${steps.ID}"}, x.at);
    id = *first;
    x.origin = plan::origin::step_result;
    x.way.erase(x.way.begin());
    x.root = id;
  }
  if ((in_set_ || in_action_) && id == own_id_ && x.origin == plan::origin::step_output) {
    x.origin = in_action_ ? plan::origin::previous : plan::origin::result; // its own
    return;
  }
  auto found = find_readable(id);
  if (!found)
    return explain_unknown(in, id, x.text, x.at);
  x.slot = found->slot;
  read_slots_.insert(x.slot);
  if (all_.options.stub_unknown)
    all_.stubs.note(x.slot, x, in_items_);
  if (ids_.at(id).is_made_up)
    in.warning({"made_up_id", "\"" + id + "\" is called so by its place, which may change",
                "give it an id"});
  if (found->may_be_absent && !optional)
    in.warning({"possibly_absent", "\"" + id + "\" may have been skipped or have failed",
                "give a default: ${" + x.text + " ?? \"…\"}"});
}

void native_reader::explain_unknown(const reader& in, const std::string& name,
                                    const std::string& piece, size_t at) {
  if (auto known = ids_.find(name); known != ids_.end()) {
    auto& pointer = known->second.pointer;
    auto is_backup = known->second.is_inside_backup;
    auto inside = !pointer.empty() && in.pointer().starts_with(pointer + "/");
    auto why = is_backup ? "is a backup: refer to the node that it stands in for"
               : !known->second.repeated_in.empty() &&
                   !in.pointer().starts_with(known->second.repeated_in + "/")
                 ? "is inside of a batch or a loop: refer to that, or to what it gives"
               : inside ? "has not ended here: this is inside of it"
                        : "does not run before this, or runs in a sibling branch";
    return in.error_inside(piece, {"reference_not_ready", "\"" + name + "\" " + why}, at);
  }
  std::vector<std::string> names{"inputs", "context", "previous", "env", "steps"};
  for (auto& [id, entry] : readable_)
    names.push_back(id);
  std::sort(names.begin(), names.end());
  auto hint = did_you_mean(name, names);
  auto shell = std::all_of(name.begin(), name.end(), [](char c) {
    return c == '_' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  if (hint.empty() && shell)
    hint = "for a shell variable write $" + name + " or $${" + name + "}";
  in.error_inside(piece, {"unknown_reference", "\"" + name + "\" is no step or input", hint}, at);
}

} // namespace troupe::config
