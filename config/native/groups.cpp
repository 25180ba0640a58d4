// SPDX-License-Identifier: Apache-2.0
#include "config/helpers.hpp"
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

namespace troupe::config {

plan::helper native_reader::read_condition(const reader& in) {
  auto text = in.as_text();
  return text ? evaluating(read_program(in, *text)) : nullptr;
}

plan::on_error native_reader::read_on_error(const reader& in, plan::node& x,
                                            bool default_continues) {
  auto rule = in.word("on_error", {"fail_fast", "continue", "rollback"});
  x.rolls_back = rule == "rollback";
  auto continues = rule ? rule == "continue" : default_continues;
  return continues ? plan::on_error::continue_all : plan::on_error::fail_fast;
}

plan::choice native_reader::read_choice(const reader& in, const plan::node& x) {
  plan::choice out;
  auto list = in.member("choice");
  if (!list.wants_list("a list of {\"when\": …, \"then\": …} and {\"else\": …}"))
    return out;
  added_nodes inside;
  auto read_branch = [&](const reader& at, const std::string& name) {
    auto begin = mark();
    ++conditions_;
    out.branches.push_back(read_node_or_list(at, x.path, name));
    --conditions_;
    auto added = take_back(begin);
    inside.insert(inside.end(), added.begin(), added.end());
  };
  auto has_else = false;
  for (auto& one : list.items()) {
    if (!one.wants_object("an object with `when` and `then`, or with `else`"))
      continue;
    if (has_else)
      one.error({"conflicting_keys", "nothing stands behind `else`: it is what is left"});
    if (one.has("else")) {
      one.check_keys({"else"}, "`else`");
      has_else = true;
      read_branch(one.member("else"), "else");
      continue;
    }
    one.check_keys({"when", "then"}, "a choice");
    for (auto key : {"when", "then"})
      if (!one.has(key))
        one.error({"missing_key", "a choice needs `when`, a jq program, and `then`, a node"});
    if (!one.has("when") || !one.has("then"))
      continue;
    out.conditions.push_back(read_condition(one.member("when")));
    read_branch(one.member("then"), "then_" + std::to_string(out.conditions.size()));
  }
  if (out.branches.empty())
    list.error({"empty_group", "a choice needs a `when` with a `then`"});
  give_back(inside, true);
  return out;
}

plan::loop native_reader::read_loop(const reader& in, const plan::node& x) {
  plan::loop out;
  out.index = all_.new_name();
  auto outer = names_;
  names_["index"] = out.index;
  auto begin = mark();
  if (in.has("while")) // it is asked before the body has run
    out.before = read_condition(in.member("while"));
  plan::node body{.id = x.id, .path = x.path, .type = "sequence"};
  conditions_ += in.has("while") ? 1 : 0;
  auto at = in.member("loop");
  if (at.json().is_array()) {
    body.body = read_list(at, x.path);
  } else {
    plan::sequence only;
    only.children.push_back(read_node(at, x.path));
    body.body = std::move(only);
  }
  conditions_ -= in.has("while") ? 1 : 0;
  out.body.push_back(std::move(body));
  if (in.has("until"))
    out.after = read_condition(in.member("until"));
  if (in.has("carry"))
    out.carry = filling(read_template(in.member("carry")));
  take_back(begin); // the inside of a loop is not one node but many
  names_ = std::move(outer);
  out.max_iterations =
    static_cast<int>(in.integer("max_iterations", 1, std::numeric_limits<int32_t>::max())
                       .value_or(out.max_iterations));
  if (in.word("on_limit", {"fail", "stop"}) == "stop")
    out.on_limit = plan::on_limit::stop;
  auto ends = in.has("while") || in.has("until") ||
              (in.has("max_iterations") && out.on_limit == plan::on_limit::stop);
  if (!ends)
    in.error({"missing_key", "a loop needs `while` or `until`, or it never ends well",
              "to run it a number of times: \"max_iterations\": 3, \"on_limit\": \"stop\""});
  return out;
}

plan::wait native_reader::read_wait(const reader& in, const plan::node& x) {
  plan::wait out;
  auto spec = in.member("wait");
  if (!spec.json().is_object()) {
    out.time = spec.as_duration();
    return out;
  }
  spec.check_keys({"signal", "schema", "message"}, "a wait");
  auto name = spec.text("signal");
  if (!name || name->empty())
    spec.error(
      {"missing_key", "a wait needs a duration such as \"10s\", or the name of a `signal`"});
  out.signal = name.value_or("");
  if (spec.has("schema")) {
    out.schema_as_written = spec.member("schema").json();
    auto schema = schema::compile(out.schema_as_written);
    if (schema)
      out.schema = *schema;
    else
      spec.member("schema").error({"invalid_schema", schema.error().message});
  }
  if (spec.has("message"))
    out.message = read_template(spec.member("message"));
  all_.flow->signals.emplace(out.signal, plan::awaited_signal{x.path, out.schema});
  return out;
}

} // namespace troupe::config
