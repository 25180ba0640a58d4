// SPDX-License-Identifier: Apache-2.0
#include "config/document/text_files.hpp"
#include "config/helpers.hpp"
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

bool is_file_name(const std::string& x) {
  auto ends = [&](std::string_view with) { return x.ends_with(with); };
  return x.find('/') != x.npos || ends(".json") || ends(".yaml") || ends(".yml");
}

} // namespace

plan::call native_reader::read_call(const reader& in) {
  plan::call out;
  auto at = in.member("call");
  plan::value_template inputs;
  inputs.content = value{nlohmann::json::object()};
  if (in.has("with") && in.member("with").wants_object("an object of inputs"))
    inputs = read_template(in.member("with"));
  auto name = at.as_text();
  out.target = name ? called_flow(at, *name) : nullptr;
  if (!out.target)
    return out;
  out.inputs = giving_inputs(*out.target, std::move(inputs));
  auto is_open = [&](auto& x) { return x.target == out.target; };
  auto open = std::find_if(all_.calling.begin(), all_.calling.end(), is_open);
  if (open != all_.calling.end() && open->conditions == conditions_)
    at.error({"endless_recursion",
              "\"" + *name + "\" calls itself, and no condition stands between",
              "give the call, or something around it, a `when`"});
  if (open == all_.calling.end())
    check_inputs(in, *out.target);
  return out;
}

void native_reader::check_inputs(const reader& in, const plan::subflow& target) {
  std::vector<std::string> names;
  auto whose = "\"" + target.name + "\"";
  for (auto& [name, spec] : target.inputs) {
    names.push_back(name);
    auto is_given = in.has("with") && in.member("with").has(name);
    if (spec.required && !spec.fallback && !is_given)
      in.member("call").error({"missing_input", whose + " needs the input \"" + name + "\"",
                               "give it: \"with\": {\"" + name + "\": …}"});
  }
  if (!in.has("with") || !in.member("with").json().is_object() || target.takes_other_inputs)
    return;
  for (auto& [given, x] : in.member("with").members())
    if (!target.inputs.contains(given))
      x.error_at_key(
        {"unknown_input", whose + " has no input \"" + given + "\"", did_you_mean(given, names)});
}

const plan::subflow* native_reader::called_flow(const reader& in, const std::string& name) {
  if (is_file_name(name)) {
    auto document = source_of(in, name);
    return document ? read_subflow(document->content.name + "#", document, "") : nullptr;
  }
  auto& root = source_.content.root;
  if (root.contains("flows") && root["flows"].is_object() && root["flows"].contains(name))
    return read_subflow(source_.content.name + "#" + name, &source_, below("/flows", name));
  std::vector<std::string> names;
  if (root.contains("flows") && root["flows"].is_object())
    for (auto& [known, x] : root["flows"].items())
      names.push_back(known);
  auto hint = did_you_mean(name, names);
  in.error({"unknown_flow", "there is no flow \"" + name + "\"",
            hint.empty() ? "flows stand under `flows`, or in files: \"" + name + ".json\"" : hint});
  return nullptr;
}

/// Reads a flow once, however often it is called. While it is being read it is known already, for
/// those inside of it that call it.
const plan::subflow* native_reader::read_subflow(const std::string& key, source* document,
                                                 const std::string& pointer) {
  if (auto known = all_.subflows.find(key); known != all_.subflows.end())
    return known->second;
  auto made = std::make_shared<plan::subflow>();
  made->inputs_name = all_.new_name();
  all_.subflows[key] = made.get();
  all_.flow->subflows.push_back(made);
  auto is_inline = !pointer.empty();
  auto reader_of = is_inline ? std::make_shared<native_reader>(*this, *made)
                             : std::make_shared<native_reader>(*document, all_);
  all_.readers.push_back(reader_of);
  all_.calling.push_back({made.get(), conditions_});
  made->name = is_inline ? key.substr(key.rfind('#') + 1) : "";
  auto& root = document->content.root;
  reader at{is_inline ? root.at(nlohmann::json::json_pointer{pointer}) : root, pointer,
            document->found};
  reader_of->read_called(at, *made, conditions_);
  all_.calling.pop_back();
  return made.get();
}

void native_reader::read_called(const reader& in, plan::subflow& out, int conditions) {
  core_ = &out;
  inputs_name_ = out.inputs_name;
  conditions_ = conditions;
  if (!in.wants_object("a flow: an object with a `pipeline`"))
    return;
  if (in.pointer().empty()) {
    read_document(in);
    check_subflows(in);
  } else {
    in.check_keys(keys::inline_flow, "a flow under `flows`");
    in.text("description");
  }
  if (!in.has("pipeline"))
    return in.error({"missing_key", "a flow needs a `pipeline`"});
  read_core(in);
  if (out.output)
    out.output_node = filling(*out.output);
}

/// Those that nobody calls are read too: what is wrong in them is told.
void native_reader::check_subflows(const reader& in) {
  if (!in.has("flows") || !in.member("flows").wants_object("an object of flows"))
    return;
  for (auto& [name, at] : in.member("flows").members())
    read_subflow(source_.content.name + "#" + name, &source_, at.pointer());
}

/// The document in a file beside this one, which is read once.
source* native_reader::source_of(const reader& in, const std::string& file) {
  auto folder = source_.folder.value_or(std::filesystem::path{}).string();
  if (auto known = all_.beside.find({folder, file}); known != all_.beside.end())
    return known->second;
  auto found = find_source(in, file);
  if (found)
    all_.beside[{folder, file}] = found;
  return found;
}

source* native_reader::find_source(const reader& in, const std::string& file) {
  auto found = file_beside(source_.folder, file);
  if (!found) {
    in.error(found.error());
    return nullptr;
  }
  for (auto& known : all_.sources)
    if (known.file == *found)
      return &known;
  auto text = contents_of(*found);
  if (!text) {
    in.error({"cannot_read", "\"" + file + "\" cannot be read: " + text.error()});
    return nullptr;
  }
  auto name = found->lexically_proximate(std::filesystem::current_path()).string();
  auto& made = all_.sources.emplace_back(name, std::move(*text), *found);
  if (parse(made))
    return &made;
  in.error({"invalid_flow", "\"" + file + "\" is no document"});
  return nullptr;
}

} // namespace troupe::config
