// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"

namespace troupe::config::blueprint {

namespace {

/// Python writes its constants with a capital letter.
std::string as_json_text(const std::string& key) {
  return key == "True" ? "true" : key == "False" ? "false" : key == "None" ? "null" : key;
}

std::string is_key(const jq_text& decides, const std::string& key) {
  if (decides.is_boolean && key == "true")
    return decides.text;
  if (decides.is_boolean && key == "false")
    return "(" + decides.text + ") | not";
  return "(" + decides.text + " | tostring) == " + nlohmann::json(key).dump();
}

} // namespace

native_json translator::conditional(const reader& in) {
  native_object out{in};
  auto id = add_id(in, out);
  if (in.has("condition") && in.has("condition_expression"))
    in.member("condition")
      .error_at_key(
        {"conflicting_keys", "`condition` and `condition_expression` both say what decides"});
  if (!in.has("branches") && !in.has("default_branch"))
    in.error({"missing_key", "a conditional needs `branches`: an object of value to steps"});
  if (in.has("condition")) {
    out.set("sequence", decided_by_kind(in, id.empty() ? "conditional" : id));
  } else if (!in.has("condition_expression")) {
    in.error({"missing_key", "a conditional needs `condition_expression`, or a `condition`",
              "such as \"previous_step == 'yes'\""});
  } else if (auto decides = expression(in.member("condition_expression"))) {
    out.set("choice", choices(in, *decides), in.has("branches") ? in.member("branches") : in);
  }
  add_wrappers(in, out, keys::of_conditional);
  return out.take();
}

native_json translator::choices(const reader& in, const jq_text& decides) {
  auto all = native_json::array();
  if (in.has("branches") && in.member("branches").wants_object("an object of value to steps"))
    for (auto& [key, branch] : in.member("branches").members()) {
      auto value = as_json_text(key);
      if (decides.is_boolean && value != "true" && value != "false")
        branch.warning({"unreachable_node", "the expression is true or false, and never \"" + key +
                                              "\": this branch is never taken"});
      native_object one{branch};
      one.set("when", is_key(decides, value),
              in.has("condition_expression") ? in.member("condition_expression") : branch);
      all.push_back(one.set("then", list(branch), branch).take());
    }
  if (in.has("default_branch")) {
    auto branch = in.member("default_branch");
    all.push_back(native_object{branch}.set("else", list(branch), branch).take());
  }
  return all;
}

/// A step decides; the branches get what it got.
native_json translator::decided_by_kind(const reader& in, const std::string& id) {
  auto input = names_.make_up(id + "_input"), decision = names_.make_up(id + "_condition"),
       choice = names_.make_up(id + "_choice");
  native_object decide{in}, choose{in};
  decide.set("id", decision);
  if (auto kind = in.text("condition"))
    decide.set("type", kind_of(*kind), in.member("condition"));
  choose.set("id", choice).set("input", "${" + input + "}");
  choose.set("choice", choices(in, {jq_output(decision)}),
             in.has("branches") ? in.member("branches") : in);
  return {{{"id", input}, {"type", "echo"}}, decide.take(), choose.take()};
}

} // namespace troupe::config::blueprint
