// SPDX-License-Identifier: Apache-2.0
#include "config/jq/scan.hpp"
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

bool is_one_of(const std::vector<std::string>& all, const std::string& x) {
  return std::find(all.begin(), all.end(), x) != all.end();
}

bool is_plain_id(const std::string& x) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto rest = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !x.empty() && letter(x[0]) && std::all_of(x.begin(), x.end(), rest);
}

} // namespace

void native_reader::collect_ids(const reader& in) {
  if (!in.member("pipeline").json().is_array())
    return;
  for (auto& item : in.member("pipeline").items())
    collect_ids_of_node(item, {}, false);
}

void native_reader::collect_ids_of_node(const reader& in, const std::string& forced_id,
                                        bool is_backup) {
  if (!in.json().is_object() || in.json().value("enabled", nlohmann::json(true)) == false)
    return;
  auto own =
    in.has("id") && in.json()["id"].is_string() ? in.json()["id"].get<std::string>() : forced_id;
  auto inner = [&](const char* key) {
    if (!in.has(key))
      return;
    auto group = in.member(key);
    auto backup = is_backup || std::string_view{key} == "fallback";
    if (group.json().is_array())
      for (auto& item : group.items())
        collect_ids_of_node(item, {}, backup);
    else if (std::string_view{key} == "fallback")
      collect_ids_of_node(group, {}, backup);
    else if (group.json().is_object())
      for (auto& [name, branch] : group.members()) {
        if (branch.json().is_array()) {
          note_id(branch, name, backup);
          for (auto& item : branch.items())
            collect_ids_of_node(item, {}, backup);
        } else {
          collect_ids_of_node(branch, name, backup);
        }
      }
  };
  if (!own.empty()) {
    note_id(in, own, is_backup);
    guarded_.push_back(own);
  }
  inner("parallel");
  inner("sequence");
  inner("fallback");
  if (!own.empty())
    guarded_.pop_back();
}

void native_reader::note_id(const reader& in, const std::string& id, bool is_backup) {
  auto where = in.has("id") ? in.member("id") : in;
  if (!is_plain_id(id))
    return where.error({"invalid_id", "an id is letters, digits and `_`, not \"" + id + "\""});
  if (is_one_of(keys::roots, id))
    return where.error({"reserved_id", "\"" + id + "\" is what templates call something else"});
  if (is_one_of(keys::jq_keywords, id))
    return where.error({"reserved_id", "\"" + id + "\" is a word of jq's"});
  auto [known, is_new] = ids_.emplace(id, known_id{in.pointer(), ids_.size(), is_backup});
  if (is_new)
    return;
  if (is_backup && is_one_of(guarded_, id))
    where.error({"fallback_cycle", "\"" + id + "\" is its own fallback"});
  else
    where.error(
      {"duplicate_id", "the id \"" + id + "\" is there already, at " + known->second.pointer});
}

void native_reader::make_readable(const std::string& id, bool may_be_absent) {
  auto known = ids_.find(id);
  if (known == ids_.end()) // made up: `parallel_2`
    known = ids_.emplace(id, known_id{"", ids_.size(), false}).first;
  auto& entry = readable_[id];
  entry.slot = known->second.slot;
  entry.may_be_absent = entry.may_be_absent || may_be_absent;
  readable_log_.push_back(id);
}

native_reader::added_nodes native_reader::take_back(size_t mark) {
  added_nodes added(readable_log_.begin() + static_cast<std::ptrdiff_t>(mark), readable_log_.end());
  readable_log_.resize(mark);
  for (auto& id : added)
    readable_.erase(id);
  return added;
}

void native_reader::doubt_since(size_t mark) {
  for (auto i = mark; i < readable_log_.size(); ++i)
    readable_[readable_log_[i]].may_be_absent = true;
}

plan::value_template native_reader::read_template(const reader& in) {
  return read_template(in, in.json());
}

plan::value_template native_reader::read_template(const reader& in, const nlohmann::json& x) {
  plan::value_template out;
  auto keep_literal = [&] { out.content = value{x}; };
  if (x.is_string()) {
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
                    {"bad_template", parsed.error().message, parsed.error().hint});
    return {};
  }
  plan::each_reference(*parsed, [&](plan::reference& x, bool optional) { bind(in, x, optional); });
  return *parsed;
}

void native_reader::bind(const reader& in, plan::reference& x, bool optional) {
  using plan::origin;
  auto refuse = [&](finding what) { in.error_inside(x.text, std::move(what)); };
  auto first = x.way.empty() ? nullptr : std::get_if<std::string>(&x.way.front());
  if (x.root == "inputs" || x.root == "workflow") {
    x.origin = origin::inputs;
    if (!first) {
      read_inputs_.insert("*");
      return;
    }
    read_inputs_.insert(*first);
    if (flow_->inputs.contains(*first))
      return;
    if (flow_->takes_other_inputs) {
      flow_->inputs[*first] = {.type = "any", .required = !optional};
      return;
    }
    std::vector<std::string> names;
    for (auto& [name, spec] : flow_->inputs)
      names.push_back(name);
    refuse(
      {"unknown_input", "the flow has no input \"" + *first + "\"", did_you_mean(*first, names)});
  } else if (x.root == "context") {
    x.origin = origin::context;
  } else if (x.root == "previous") {
    x.origin = origin::previous;
  } else if (x.root == "result") {
    x.origin = origin::result;
    if (!in_set_)
      refuse({"unknown_reference", "`result` is only there in `set`"});
  } else if (x.root == "env") {
    x.origin = origin::environment;
    if (!first)
      refuse({"unknown_reference", "wanted ${env.NAME}"});
    else if (!is_one_of(flow_->environment, *first))
      refuse({"unknown_reference", "the variable \"" + *first + "\" is not listed",
              "list it: \"env\": [\"" + *first + "\"]"});
  } else if (x.root == "secret" || x.root == "item" || x.root == "index") {
    refuse({"not_supported_yet", "${" + x.root + "} is not supported yet"});
  } else {
    bind_step(in, x, optional);
  }
}

void native_reader::bind_step(const reader& in, plan::reference& x, bool optional) {
  auto id = x.root;
  x.origin = plan::origin::step_output;
  if (x.root == "steps") {
    auto first = x.way.empty() ? nullptr : std::get_if<std::string>(&x.way.front());
    if (!first)
      return in.error_inside(x.text, {"unknown_reference", "wanted ${steps.ID}"});
    id = *first;
    x.origin = plan::origin::step_result;
    x.way.erase(x.way.begin());
    x.root = id;
  }
  auto found = readable_.find(id);
  if (found == readable_.end())
    return explain_unknown(in, id, x.text);
  x.slot = found->second.slot;
  read_slots_.insert(x.slot);
  if (found->second.may_be_absent && !optional)
    in.warning({"possibly_absent", "\"" + id + "\" may have been skipped or have failed",
                "give a default: ${" + x.text + " ?? \"…\"}"});
}

void native_reader::explain_unknown(const reader& in, const std::string& name,
                                    const std::string& piece) {
  if (auto known = ids_.find(name); known != ids_.end()) {
    auto& [pointer, slot, is_backup] = known->second;
    auto inside = in.pointer().starts_with(pointer + "/");
    auto why = is_backup ? "is a backup: refer to the node that it stands in for"
               : inside  ? "has not ended here: this is inside of it"
                         : "does not run before this, or runs in a sibling branch";
    return in.error_inside(piece, {"reference_not_ready", "\"" + name + "\" " + why});
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
  in.error_inside(piece, {"unknown_reference", "\"" + name + "\" is no step or input", hint});
}

plan::expression native_reader::read_program(const reader& in, const std::string& text) {
  plan::expression out{.program = programs_.size()};
  if (text.find("${") != text.npos)
    in.error_inside(
      "${", {"bad_expression", "a template does not work in a jq program", "write $id.field"});
  auto mentions = scan_jq(text);
  if (auto name = forbidden_in(mentions); !name.empty())
    in.error_inside(name, {"bad_expression", "jq's `" + name + "` is not allowed here"});
  jq_source source{text};
  for (auto& name : mentions.variables) {
    plan::reference x{.text = "$" + name, .root = name};
    if (name == "inputs" || name == "workflow")
      x.origin = plan::origin::inputs, read_inputs_.insert("*");
    else if (name == "context")
      x.origin = plan::origin::context;
    else if (name == "env")
      x.origin = plan::origin::environment;
    else if (auto found = readable_.find(name); found != readable_.end()) {
      x.origin = plan::origin::step_output;
      x.slot = found->second.slot;
      read_slots_.insert(x.slot);
    } else {
      continue; // bound in the program itself, or jq will say that it is not
    }
    source.variables.push_back(name);
    out.variables.emplace_back(name, std::move(x));
  }
  auto unreadable = std::vector<std::string>{};
  for (auto& name : mentions.variables)
    if (!readable_.contains(name) && ids_.contains(name))
      unreadable.push_back(name);
  programs_.push_back({std::move(source), in.pointer(), std::move(unreadable)});
  return out;
}

void native_reader::check_programs() {
  std::vector<jq_source> all;
  for (auto& x : programs_)
    all.push_back(x.source);
  if (all.empty() || all_compile(all))
    return;
  for (auto& x : programs_) {
    auto message = why_not_compiled(x.source);
    if (message.empty())
      continue;
    reader in{document_.root.at(nlohmann::json::json_pointer{
                document_.places.contains(x.pointer) ? x.pointer : ""}),
              x.pointer, found_};
    auto is_unreadable = [&](auto& id) { return message.find("$" + id + " ") != message.npos; };
    auto id = std::find_if(x.unreadable.begin(), x.unreadable.end(), is_unreadable);
    if (id != x.unreadable.end())
      explain_unknown(in, *id, "$" + *id);
    else
      in.error({"bad_expression", message});
  }
}

} // namespace troupe::config
