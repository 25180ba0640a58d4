// SPDX-License-Identifier: Apache-2.0
#include "config/native/types.hpp"

#include "config/native/keys.hpp"
#include "config/native/stubs.hpp"
#include "config/suggest.hpp"
#include "config/template/rename.hpp"

#include <set>

namespace troupe::config {

using nlohmann::json;

namespace {

const std::vector<std::string> data_types{"any",  "text",  "json",  "list",
                                          "file", "image", "audio", "video"};

/// Puts the using step's params into one definition.
class substitution {
public:
  explicit substitution(const json& given) : given_{given} {}

  json in(const json& x) {
    if (x.is_string())
      return in_text(x.get_ref<const std::string&>());
    auto out = x;
    if (x.is_structured())
      for (auto& [key, member] : x.items()) {
        if (x.is_array())
          out[std::stoul(key)] = in(member);
        else
          out[key] = in(member);
      }
    return out;
  }

  const std::set<std::string>& missing() const { return missing_; }
  const std::set<std::string>& used() const { return used_; }
  /// What filters say of the params that they are given.
  const std::set<std::string>& refusals() const { return refusals_; }

private:
  /// The param that an operand names; empty: it names none.
  static std::string param_in(const plan::reference& x) {
    if (x.root == "model" && x.way.empty())
      return "model";
    if (x.root != "params" || x.way.empty())
      return {};
    auto name = std::get_if<std::string>(&x.way.front());
    return name ? *name : std::string{};
  }

  json in_text(const std::string& text) {
    auto parsed = plan::parse_template(text);
    if (!parsed)
      return text; // reported where the result is read
    if (parsed->parts.size() == 1)
      if (auto only = std::get_if<plan::alternatives>(&parsed->parts[0]))
        return in_choice(*only);
    std::string out;
    for (auto& part : parsed->parts) {
      if (auto plain = std::get_if<std::string>(&part)) {
        out += plan::escaped(*plain);
        continue;
      }
      auto put = in_choice(std::get<plan::alternatives>(part));
      out += put.is_string() ? put.get<std::string>() : put.is_null() ? "" : put.dump();
    }
    return out;
  }

  json in_choice(const plan::alternatives& x) {
    auto put = unfiltered(x);
    for (auto& filter : x.filters)
      put = filtered(filter, put, x.text);
    return put;
  }

  /// A param may be a template itself: then the filter waits for what that gives.
  json filtered(const plan::filter& filter, const json& put, const std::string& whole) {
    auto text = put.is_string() ? put.get<std::string>() : std::string{};
    auto parsed = plan::parse_template(text);
    auto is_literal = !parsed || parsed->is_literal();
    if (!is_literal && parsed->parts.size() == 1)
      return text.substr(0, text.size() - 1) + " | " + plan::to_string(filter) + "}";
    auto done = is_literal ? plan::apply(filter, value{put})
                           : failure(errc::invalid_input, "a filter takes one template alone");
    if (done)
      return done->json();
    refusals_.insert(whole + ": " + done.error().message);
    return put;
  }

  json unfiltered(const plan::alternatives& x) {
    std::string rest; // what is not a param stays a template
    std::string absent;
    for (auto& operand : x.operands) {
      auto reference = std::get_if<plan::reference>(&operand);
      auto param = reference ? param_in(*reference) : std::string{};
      if (!param.empty()) {
        used_.insert(param);
        if (given_.contains(param) && rest.empty())
          return member_of(given_[param], *reference);
        absent = param;
        continue;
      }
      auto text = reference ? reference->text : std::get<value>(operand).dump();
      rest += (rest.empty() ? "" : " ?? ") + text;
      if (!reference && rest == text)
        return std::get<value>(operand).json();
    }
    if (!rest.empty())
      return "${" + rest + "}";
    missing_.insert(absent);
    return nullptr;
  }

  static json member_of(const json& x, const plan::reference& way) {
    auto at = &x;
    for (size_t i = 1; i < way.way.size(); ++i) {
      auto name = std::get_if<std::string>(&way.way[i]);
      auto place = std::get_if<size_t>(&way.way[i]);
      if (name && at->is_object() && at->contains(*name))
        at = &(*at)[*name];
      else if (place && at->is_array() && *place < at->size())
        at = &(*at)[*place];
      else
        return nullptr;
    }
    return *at;
  }

  const json& given_;
  std::set<std::string> missing_, used_, refusals_;
};

/// What such a kind does is for types to say.
bool has_no_function(const step_kind& x) {
  auto run = std::get_if<plain_fn>(&x.run);
  return run && !*run;
}

/// Where a list is declared, what comes behind may run for each of its items.
std::shared_ptr<const step_kind> list_stub(const std::string& name) {
  auto kind = *stubs::kind(name);
  kind.run = inline_fn{[](const step_input& in) -> step_output {
    return value::list({in.params.size() > 0 ? in.params : in.input});
  }};
  return std::make_shared<const step_kind>(std::move(kind));
}

} // namespace

void custom_types::read(const reader& section, const registry& kinds) {
  if (!section.wants_object("an object of types"))
    return;
  for (auto& [name, in] : section.members()) {
    if (!in.wants_object("a type: an object with `type` and `params`"))
      continue;
    in.check_keys({"type", "input", "output", "params", "result", "price", "description"},
                  "a type");
    auto base = in.text("type");
    if (!base) {
      if (!in.has("type"))
        in.error({"missing_key", "a type needs `type`, the kind that it is made from"});
      continue;
    }
    auto params = json::object();
    if (in.has("params") && in.member("params").wants_object("an object of params"))
      params = in.member("params").json();
    types_[name] = {*base,
                    in.word("input", data_types).value_or(""),
                    in.word("output", data_types).value_or(""),
                    std::move(params),
                    in.has("result") ? in.json()["result"] : json(),
                    in.has("price") ? in.json()["price"] : json()};
  }
  check_bases(section, kinds);
}

void custom_types::check_bases(const reader& section, const registry& kinds) const {
  for (auto& [name, in] : section.members()) {
    auto x = types_.find(name);
    if (x == types_.end())
      continue; // it was refused
    std::set<std::string> seen{name};
    auto base = x->second.base;
    for (auto next = types_.find(base); next != types_.end(); next = types_.find(base)) {
      if (!seen.insert(base).second) {
        in.member("type").error({"type_cycle", "the type \"" + name + "\" is made from itself"});
        break;
      }
      base = next->second.base;
    }
    if (!kinds.find(base) && !types_.contains(base) && !stubs_)
      in.member("type").error({"unknown_kind", "unknown step kind \"" + base + "\"",
                               did_you_mean(base, all_names(kinds))});
  }
}

std::vector<std::string> custom_types::all_names(const registry& kinds) const {
  auto all = kinds.names();
  for (auto& [name, x] : types_)
    all.push_back(name);
  return all;
}

std::optional<expanded_step> custom_types::expand(const reader& in, const std::string& kind,
                                                  const json& params, const registry& kinds) const {
  constexpr int deepest = 32;
  expanded_step out{.params = params};
  auto name = kind;
  for (int depth = 0; depth < deepest; ++depth) {
    auto custom = types_.find(name);
    if (custom == types_.end()) {
      out.kind = kinds.find(name);
      auto declared = out.kind;
      auto is_shape = is_one_of(keys::shapes, name);
      out.is_stub = stubs_ && !is_shape && (!declared || has_no_function(*declared));
      if (out.is_stub)
        out.kind = declared && declared->output == "list" ? list_stub(name) : stubs::kind(name);
      if (!out.kind && out.is_custom)
        return {}; // reported with the types
      if (!out.kind) {
        auto hint = is_shape             ? "it is a key of its own: \"" + name + "\": …"
                    : name == "workflow" ? "write \"call\": a file, or a name under `flows`"
                                         : did_you_mean(name, all_names(kinds));
        in.member("type").error({"unknown_kind", "unknown step kind \"" + name + "\"", hint});
        return {};
      }
      auto& said = declared ? *declared : *out.kind;
      if (out.input.empty())
        out.input = said.input;
      if (out.output.empty())
        out.output = said.output;
      return out;
    }
    auto& [base, input, output, own, result, price] = custom->second;
    substitution fill{out.params};
    auto filled = fill.in(own);
    if (!result.is_null())
      out.results.insert(out.results.begin(), fill.in(result));
    if (out.price.is_null())
      out.price = fill.in(price);
    std::vector<std::string> wanted{fill.used().begin(), fill.used().end()};
    for (auto& missing : fill.missing())
      if (!in.has("params") || !in.member("params").misspells(missing, wanted))
        in.error({"missing_key", "the type \"" + name + "\" needs params." + missing});
    for (auto& refusal : fill.refusals())
      in.member("type").error({"invalid_params", "the type \"" + name + "\": " + refusal});
    for (auto& [param, x] : out.params.items())
      if (!fill.used().contains(param))
        in.member("type").error({"invalid_params",
                                 "the type \"" + name + "\" takes no param \"" + param + "\"",
                                 did_you_mean(param, wanted)});
    // One that takes the place of a kind takes and gives what that does, if it does not say.
    auto replaced = kinds.find(name);
    if (out.input.empty())
      out.input = input.empty() && replaced ? replaced->input : input;
    if (out.output.empty())
      out.output = output.empty() && replaced ? replaced->output : output;
    out.params = std::move(filled);
    out.is_custom = true;
    name = base;
  }
  return {}; // a cycle; reported with the types
}

} // namespace troupe::config
