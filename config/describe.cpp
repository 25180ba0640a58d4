// SPDX-License-Identifier: Apache-2.0
#include "config/describe.hpp"

#include "config/overloaded.hpp"
#include "config/redactor.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

namespace troupe::config {

using nlohmann::json;

namespace {

using texts = std::set<std::string>;

void collect(const plan::reference& x, texts& out) {
  out.insert(x.text);
  for (auto& part : x.way)
    if (auto inner = std::get_if<std::shared_ptr<plan::reference>>(&part))
      collect(**inner, out);
}

void collect(const plan::choice& x, texts& out) {
  for (auto& operand : x.operands)
    if (auto reference = std::get_if<plan::reference>(&operand))
      collect(*reference, out);
}

void collect(const plan::value_template& x, texts& out) {
  auto visitor = overloaded{
    [](const value&) {},
    [&](const plan::text_template& text) {
      for (auto& part : text.parts)
        if (auto choice = std::get_if<plan::choice>(&part))
          collect(*choice, out);
    },
    [&](const plan::value_template::list& items) {
      for (auto& item : items)
        collect(item, out);
    },
    [&](const plan::value_template::object& members) {
      for (auto& [name, member] : members)
        collect(member, out);
    },
  };
  std::visit(visitor, x.content);
}

void collect(const plan::expression& x, texts& out) {
  for (auto& [name, reference] : x.variables)
    collect(reference, out);
}

/// What templates may be filled in with before a run; null: nothing, they stay as written.
using filler = const view*;

bool is_known_before(const plan::reference& x) {
  switch (x.origin) {
  case plan::origin::inputs:
  case plan::origin::context:
  case plan::origin::environment:
  case plan::origin::secret:
    break;
  default:
    return false;
  }
  return std::all_of(x.way.begin(), x.way.end(), [](auto& part) {
    auto inner = std::get_if<std::shared_ptr<plan::reference>>(&part);
    return !inner || is_known_before(**inner);
  });
}

bool is_known_before(const plan::choice& x) {
  return std::all_of(x.operands.begin(), x.operands.end(), [](auto& operand) {
    auto reference = std::get_if<plan::reference>(&operand);
    return !reference || is_known_before(*reference);
  });
}

/// A text with what is known filled in; whole if it is one template.
json as_text(const plan::text_template& x, filler with) {
  auto known = [&](const plan::choice& choice) {
    auto value = with && is_known_before(choice) ? plan::resolve(choice, *with)
                                                 : failure(errc::invalid_input, "");
    return value ? std::optional{*value} : std::nullopt;
  };
  if (x.parts.size() == 1)
    if (auto only = std::get_if<plan::choice>(&x.parts[0]))
      if (auto value = known(*only))
        return value->json();
  std::string out;
  for (auto& part : x.parts) {
    if (auto plain = std::get_if<std::string>(&part)) {
      out += *plain;
      continue;
    }
    auto& choice = std::get<plan::choice>(part);
    auto value = known(choice);
    out += value ? value->as_text() : choice.text;
  }
  return out;
}

/// The template as it was written, but for blanks inside of it, and for what is filled in.
json as_written(const plan::value_template& x, filler with) {
  auto visitor = overloaded{
    [](const value& literal) { return literal.json(); },
    [&](const plan::text_template& text) { return as_text(text, with); },
    [&](const plan::value_template::list& items) {
      auto out = json::array();
      for (auto& item : items)
        out.push_back(as_written(item, with));
      return out;
    },
    [&](const plan::value_template::object& members) {
      auto out = json::object();
      for (auto& [name, member] : members)
        out[name] = as_written(member, with);
      return out;
    },
  };
  return std::visit(visitor, x.content);
}

std::string rule_name(plan::on_error x) {
  return x == plan::on_error::fail_fast ? "fail_fast" : "continue";
}

json describe_node(const plan::node& x, filler with);

json describe_all(const std::vector<plan::node>& all, filler with) {
  auto out = json::array();
  for (auto& x : all)
    out.push_back(describe_node(x, with));
  return out;
}

void add_step(const plan::step& x, json& out, texts& reads, filler with) {
  collect(x.params, reads);
  auto params = as_written(x.params, with);
  for (auto& [name, program] : x.programs) {
    params[name] = program.text;
    collect(program, reads);
  }
  for (auto& [name, shell] : x.shells) {
    params[name] = shell.text;
    for (auto& [variable, hole] : shell.variables)
      collect(hole, reads);
  }
  out["params"] = std::move(params);
  out["input_type"] = x.input;
  out["output_type"] = x.output;
}

void add_body(const plan::node& x, json& out, texts& reads, filler with) {
  auto visitor = overloaded{
    [&](const plan::step& step) { add_step(step, out, reads, with); },
    [&](const plan::sequence& group) { out["children"] = describe_all(group.children, with); },
    [&](const plan::parallel& group) {
      out["children"] = describe_all(group.branches, with);
      out["merge"] = plan::to_string(group.merge.strategy);
      out["on_error"] = rule_name(group.on_error);
      if (group.max_workers > 0)
        out["max_workers"] = group.max_workers;
      if (group.merge.score)
        out["score"] = describe_node(*group.merge.score, with);
    },
  };
  std::visit(visitor, x.body);
}

json describe_node(const plan::node& x, filler with) {
  json out{{"id", x.id}, {"path", x.path}, {"type", x.type}};
  texts reads;
  if (x.when) {
    out["when"] = x.when->text;
    collect(*x.when, reads);
  }
  if (x.input) {
    out["input"] = as_written(*x.input, with);
    collect(*x.input, reads);
  }
  add_body(x, out, reads, with);
  if (!x.set.empty()) {
    auto keys = json::array();
    for (auto& [key, entry] : x.set) {
      keys.push_back(key);
      collect(entry, reads);
    }
    out["sets"] = std::move(keys);
  }
  if (!reads.empty())
    out["reads"] = reads;
  if (x.timeout)
    out["timeout"] = to_string(*x.timeout);
  if (x.deadline)
    out["deadline"] = to_string(*x.deadline);
  if (x.retry.attempts > 1)
    out["attempts"] = x.retry.attempts;
  if (!x.fallback.empty())
    out["fallback"] = describe_all(x.fallback, with);
  if (x.fallback_on) {
    auto codes = json::array();
    for (auto code : *x.fallback_on)
      codes.push_back(to_string(code));
    out["fallback_on"] = std::move(codes);
  }
  if (x.returns)
    out["returns"] = true;
  return out;
}

} // namespace

namespace {

json describe_flow(const plan::flow& x, filler with) {
  json out{{"name", x.name},
           {"description", x.description},
           {"inputs", x.inputs_as_written},
           {"secrets", x.secrets},
           {"env", x.environment},
           {"context", x.context.as_value().json()}};
  if (x.takes_other_inputs)
    for (auto& [name, spec] : x.inputs)
      out["inputs"][name] = {{"type", spec.type}, {"required", spec.required}};
  out["nodes"] = describe_all(std::get<plan::sequence>(x.root.body).children, with);
  if (x.output)
    out["output"] = as_written(*x.output, with);
  return out;
}

} // namespace

json describe(const plan::flow& x) { return describe_flow(x, nullptr); }

json preview(const plan::flow& x, const value& inputs) {
  std::vector<value::member> variables, secrets;
  for (auto& name : x.environment)
    if (auto text = std::getenv(name.c_str()))
      variables.emplace_back(name, json(text));
  for (auto& name : x.secrets)
    secrets.emplace_back(name, json(redactor::mark));
  auto known = std::make_shared<const run_values>(
    run_values{plan::accept_inputs(x, inputs).value_or(inputs), value::object(std::move(variables)),
               value::object(std::move(secrets))});
  scope begin{known, x.context, {}};
  value none;
  view from{begin, none};
  return describe_flow(x, &from);
}

} // namespace troupe::config
