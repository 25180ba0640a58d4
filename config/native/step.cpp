// SPDX-License-Identifier: Apache-2.0
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

using nlohmann::json;

namespace {

const json& property_of(const step_kind& kind, const std::string& param) {
  static const json none = json::object();
  if (!kind.params.is_object() || !kind.params.contains("properties"))
    return none;
  auto& all = kind.params["properties"];
  return all.contains(param) ? all[param] : none;
}

std::string format_of(const step_kind& kind, const std::string& param) {
  return property_of(kind, param).value("format", "");
}

/// What a param has to be that is no text, if it is that alone; else null.
json::value_t wanted_scalar(const json& property) {
  auto type = property.value("type", json());
  return type == "integer"   ? json::value_t::number_integer
         : type == "number"  ? json::value_t::number_float
         : type == "boolean" ? json::value_t::boolean
                             : json::value_t::null;
}

bool holds_template(const json& x) {
  if (x.is_string())
    return x.get_ref<const std::string&>().find("${") != std::string::npos;
  if (!x.is_structured())
    return false;
  for (auto& inner : x)
    if (holds_template(inner))
      return true;
  return false;
}

/// Params by another of their names.
void rename_aliases(const step_kind& kind, json& params) {
  if (!kind.params.is_object() || !kind.params.contains("properties"))
    return;
  for (auto& [name, property] : kind.params["properties"].items()) {
    if (!property.contains("aliases"))
      continue;
    for (auto& alias : property["aliases"])
      if (auto given = params.find(alias.get<std::string>());
          given != params.end() && !params.contains(name)) {
        auto x = std::move(*given);
        params.erase(given);
        params[name] = std::move(x);
      }
  }
}

std::vector<std::string> params_of(const step_kind& kind) {
  std::vector<std::string> all;
  if (kind.params.is_object() && kind.params.contains("properties"))
    for (auto& [name, x] : kind.params["properties"].items())
      all.push_back(name);
  return all;
}

/// What a violation means, in the words of the property that it is about.
std::string wording(const step_kind& kind, const json& params, const violation& x) {
  auto whose = "\"" + kind.name + "\"";
  auto choices = kind.params.value("oneOf", json::array());
  auto names_one = [](const json& one) { return one.contains("required"); };
  if (x.pointer.empty() && !choices.empty() &&
      std::all_of(choices.begin(), choices.end(), names_one)) {
    std::string all;
    for (auto& one : choices)
      all += (all.empty() ? "`" : " or `") + one["required"][0].get<std::string>() + "`";
    return whose + " needs either " + all;
  }
  if (x.pointer.empty())
    return whose + ": " + x.message;
  auto& property = property_of(kind, x.pointer.substr(1));
  auto got = ", got " + described(params.at(json::json_pointer{x.pointer}));
  if (property.contains("enum"))
    return whose + ": `" + x.pointer.substr(1) + "`: wanted one of " + property["enum"].dump() +
           got;
  if (property.contains("type") && property["type"].is_string())
    return whose + ": `" + x.pointer.substr(1) + "`: wanted " +
           property["type"].get<std::string>() + got;
  return whose + ": `" + x.pointer.substr(1) + "`: " + x.message + got;
}

std::string cure_for(const step_kind& kind, const json& params, const violation& x) {
  auto& property = property_of(kind, x.pointer.substr(std::min<size_t>(1, x.pointer.size())));
  auto got = x.pointer.empty() ? json() : params.at(json::json_pointer{x.pointer});
  if (property.contains("enum") && got.is_string()) {
    std::vector<std::string> words;
    for (auto& one : property["enum"])
      words.push_back(one.is_string() ? one.get<std::string>() : one.dump());
    return did_you_mean(got.get<std::string>(), words);
  }
  auto type = property.value("type", json());
  return how_to_write(got, type == "array"     ? "a list"
                           : type == "boolean" ? "true or false"
                           : type == "integer" ? "a number"
                           : type.is_string()  ? type.get<std::string>()
                                               : "");
}

} // namespace

plan::step native_reader::read_step(const reader& in, plan::node& x) {
  plan::step out;
  auto kind = in.json()["type"].is_string() ? std::optional{x.type} : std::nullopt;
  auto params = json::object();
  if (in.has("params") && in.member("params").wants_object("an object of params"))
    params = in.member("params").json();
  if (in.has("model"))
    params["model"] = in.member("model").json();
  if (!kind)
    return out;
  auto expanded = settings_->types.expand(in, *kind, params, kinds_);
  if (!expanded)
    return out;
  out.kind = expanded->kind;
  out.is_stub = expanded->is_stub;
  if (out.is_stub)
    in.member("type").warning(
      {"stubbed_kind", "\"" + out.kind->name + "\" is not known: a stub runs"});
  if (!in.has("idempotent"))
    x.idempotent = out.kind->idempotent;
  out.input = expanded->input;
  out.output = expanded->output;
  read_given(in, *expanded, x);
  auto& final_params = expanded->params;
  rename_aliases(*out.kind, final_params);
  // A problem in a custom type's params is shown at the step that uses it.
  auto where = expanded->is_custom ? in.member("type")
               : in.has("params")  ? in.member("params")
                                   : in;
  add_defaults(*out.kind, final_params);
  take_timeout_param(where, *out.kind, final_params, x);
  if (!x.timeout)
    x.timeout = out.kind->timeout;
  read_params(where, final_params, out);
  check_params(where, final_params, out);
  if (out.kind->check)
    all_.flow->checks.push_back({x.path, out.kind, final_params});
  return out;
}

/// What custom types say that their steps give, and what that costs.
void native_reader::read_given(const reader& in, const expanded_step& expanded, plan::node& x) {
  in_set_ = true;
  for (auto& given : expanded.results)
    x.outputs.push_back(read_template(in.member("type"), given));
  if (in.has("price"))
    x.price = read_template(in.member("price"));
  else if (!expanded.price.is_null())
    x.price = read_template(in.member("type"), expanded.price);
  in_set_ = false;
}

/// What the flow says once for all steps of a kind.
void native_reader::add_defaults(const step_kind& kind, json& params) const {
  if (auto own = settings_->default_params.find(kind.name); own != settings_->default_params.end())
    for (auto& [name, x] : own->second.items())
      if (!params.contains(name))
        params[name] = x;
  if (!settings_->prices.is_null() && !property_of(kind, "prices").empty() &&
      !params.contains("prices"))
    params["prices"] = settings_->prices;
}

/// `timeout` among the params is an alias of the node's.
void native_reader::take_timeout_param(const reader& in, const step_kind& kind, json& params,
                                       plan::node& x) {
  if (!params.contains("timeout") || format_of(kind, "timeout") != "duration")
    return;
  reader param{params["timeout"], below(in.pointer(), "timeout"), found_};
  if (x.timeout && x.timeout != settings_->default_timeout)
    param.error({"conflicting_keys", "there is a `timeout` on the node and one in its params"});
  else
    x.timeout = param.as_duration();
  params.erase("timeout");
}

void native_reader::read_params(const reader& in, const json& params, plan::step& out) {
  plan::value_template::object templates;
  std::vector<value::member> literals;
  auto literal = true;
  for (auto& [name, x] : params.items()) {
    auto where = in.has(name) ? in.member(name) : in;
    auto format = format_of(*out.kind, name);
    if (x.is_string() && format == "jq") {
      out.programs.emplace_back(name, read_program(where, x.get<std::string>()));
      continue;
    }
    if (x.is_string() && format == "shell") {
      if (auto text = read_text_template(where, x.get<std::string>())) {
        auto shell = plan::to_shell(*text);
        if (shell) {
          shell->text = x.get<std::string>();
          out.shells.emplace_back(name, std::move(*shell));
        } else
          where.error_inside(shell.error().piece,
                             {"bad_template", shell.error().message, shell.error().hint});
      }
      continue;
    }
    auto read = read_template(where, x);
    if (format == "duration" && read.is_literal() && (x.is_string() || x.is_number()))
      static_cast<void>(where.as_duration(duration::zero())); // tells what is wrong with it
    if (auto text = std::get_if<plan::text_template>(&read.content)) {
      text->is_url = format == "url";
      if (auto type = wanted_scalar(property_of(*out.kind, name)); type != json::value_t::null)
        out.coerced.emplace_back(name, type);
    }
    literal = literal && read.is_literal();
    if (read.is_literal())
      literals.emplace_back(name, std::get<value>(read.content));
    templates.emplace_back(name, std::move(read));
  }
  if (literal)
    out.params.content = value::object(std::move(literals));
  else
    out.params.content = std::move(templates);
}

/// Checks names at once, and every param that holds no template; a kind with templates in its
/// params is checked again when they are filled in.
void native_reader::check_params(const reader& in, const json& params, plan::step& out) {
  auto& kind = *out.kind;
  if (!kind.params.is_object())
    return;
  auto known = params_of(kind);
  auto closed = kind.params.value("additionalProperties", json(true)) == false;
  auto fixed = json::object();
  for (auto& [name, param] : params.items()) {
    auto& property = property_of(kind, name);
    if (closed && property.empty()) {
      auto where = in.has(name) ? in.member(name) : in;
      where.error_at_key({"invalid_params", "\"" + kind.name + "\" takes no param \"" + name + "\"",
                          did_you_mean(name, known)});
      continue;
    }
    if (!holds_template(param))
      fixed[name] = param;
  }
  for (auto& required : kind.params.value("required", json::array()))
    if (!params.contains(required) && !reader{params, "", found_}.misspells(required, known))
      in.error(
        {"missing_param", "\"" + kind.name + "\" needs the param " + required.get<std::string>()});
  using form = kind_schemas::form;
  auto is_whole = fixed.size() == params.size();
  auto& checked = all_.schemas.of(out.kind, is_whole ? form::whole : form::part);
  if (!checked)
    return in.error(
      {"invalid_schema", "the schema of \"" + kind.name + "\": " + checked.error().message});
  for (auto& problem : (*checked)->check(fixed)) {
    auto name = problem.pointer.substr(0, problem.pointer.find('/', 1));
    auto where = !name.empty() && in.has(name.substr(1)) ? in.member(name.substr(1)) : in;
    where.error({"invalid_params", wording(kind, fixed, problem), cure_for(kind, fixed, problem)});
  }
  if (!is_whole)
    out.recheck = all_.schemas.of(out.kind, form::filled_in).value_or(nullptr);
}

} // namespace troupe::config
