// SPDX-License-Identifier: Apache-2.0
#include "config/describe.hpp"

#include "config/overloaded.hpp"
#include "config/redactor.hpp"
#include "config/template_text.hpp"

#include <cstdlib>

namespace troupe::config {

using nlohmann::json;

namespace {

std::string rule_name(plan::on_error x, bool rolls_back) {
  if (rolls_back)
    return "rollback";
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

/// What a helper computes, as it was written: a program, or a template.
json helper_text(const plan::helper& x, texts& reads, filler with) {
  auto& step = std::get<plan::step>(x->body);
  for (auto& [name, program] : step.programs) {
    collect(program, reads);
    return program.text;
  }
  collect(step.params, reads);
  auto params = as_written(step.params, with);
  return params.contains("value") ? params["value"] : json(step.kind->name);
}

/// By key, how what several branches want for it becomes one value.
json described_rules(const plan::context_rules& all, texts& reads, filler with) {
  auto out = json::object();
  for (auto& [key, rule] : all) {
    auto helper = std::get_if<plan::helper>(&rule);
    out[key] = helper ? helper_text(*helper, reads, with) : json(plan::to_string(rule));
  }
  return out;
}

void add_parallel(const plan::parallel& x, bool rolls_back, json& out, texts& reads, filler with) {
  out["children"] = describe_all(x.branches, with);
  out["merge"] = plan::to_string(x.merge.strategy);
  out["on_error"] = rule_name(x.on_error, rolls_back);
  if (x.max_workers > 0)
    out["max_workers"] = x.max_workers;
  if (x.merge.score && plan::is_helper(*x.merge.score))
    out["score"] = helper_text(x.merge.score, reads, with);
  else if (x.merge.score)
    out["score"] = describe_node(*x.merge.score, with);
  if (x.merge.strategy == plan::merge_strategy::quorum)
    out["quorum"] = x.merge.quorum;
  if (x.merge.reducer)
    out["reduce"] = helper_text(x.merge.reducer, reads, with);
  if (!x.merge.node.empty())
    out["joiner"] = describe_node(x.merge.node.front(), with);
  if (!x.context_merge.empty())
    out["context_merge"] = described_rules(x.context_merge, reads, with);
  if (x.split.strategy != plan::split_strategy::duplicate)
    out["split"] = x.split.program ? helper_text(x.split.program, reads, with)
                   : x.split.strategy == plan::split_strategy::chunk ? json("chunk")
                                                                     : json("round_robin");
  if (x.hedge_after)
    out["hedge"] = to_string(*x.hedge_after);
  if (x.share)
    out["share"] = *x.share;
}

void add_choice(const plan::choice& x, json& out, texts& reads, filler with) {
  out["children"] = describe_all(x.branches, with);
  auto conditions = json::array();
  for (auto& condition : x.conditions)
    conditions.push_back(helper_text(condition, reads, with));
  out["conditions"] = std::move(conditions);
}

void add_loop(const plan::loop& x, json& out, texts& reads, filler with) {
  out["children"] = json::array({describe_node(x.body.front(), with)})[0]["children"];
  for (auto& [key, helper] :
       {std::pair{"while", &x.before}, {"until", &x.after}, {"carry", &x.carry}})
    if (*helper)
      out[key] = helper_text(*helper, reads, with);
  out["max_iterations"] = x.max_iterations;
  if (x.on_limit == plan::on_limit::stop)
    out["on_limit"] = "stop";
}

void add_graph(const plan::graph& x, bool rolls_back, json& out, filler with) {
  out["children"] = describe_all(x.nodes, with);
  out["on_error"] = rule_name(x.on_error, rolls_back);
  auto edges = json::array();
  for (auto& edge : x.edges) {
    json one{{"from", x.nodes[edge.from].id}, {"to", x.nodes[edge.to].id}};
    if (edge.action != plan::default_action)
      one["action"] = edge.action;
    edges.push_back(std::move(one));
  }
  out["edges"] = std::move(edges);
}

void add_jumps(const plan::sequence& x, json& out) {
  for (size_t i = 0; i < x.next.size(); ++i)
    if (x.next[i])
      for (auto& [action, to] : x.next[i]->by_action)
        out["children"][i]["next"][action] = to == plan::jumps::to_end ? "end" : x.children[to].id;
}

void add_body(const plan::node& x, json& out, texts& reads, filler with) {
  auto visitor = overloaded{
    [&](const plan::step& step) {
      add_step(step, out, reads, with);
      if (plan::is_inline(step) && !x.place)
        out["runs"] = "in place";
    },
    [&](const plan::sequence& group) {
      out["children"] = describe_all(group.children, with);
      add_jumps(group, out);
    },
    [&](const plan::parallel& group) { add_parallel(group, x.rolls_back, out, reads, with); },
    [&](const plan::choice& group) { add_choice(group, out, reads, with); },
    [&](const plan::loop& group) { add_loop(group, out, reads, with); },
    [&](const plan::graph& group) { add_graph(group, x.rolls_back, out, with); },
    [&](const plan::call& group) {
      out["calls"] = group.target->name;
      out["with"] = helper_text(group.inputs, reads, with);
    },
    [&](const plan::wait& wait) {
      if (wait.time)
        out["time"] = to_string(*wait.time);
      else
        out["signal"] = wait.signal;
      collect(wait.message, reads);
    },
  };
  std::visit(visitor, x.body);
  if (x.rolls_back)
    out["on_error"] = "rollback";
}

void add_batch(const plan::batch& x, json& out, texts& reads, filler with) {
  json batch{{"items", helper_text(x.items, reads, with)}};
  if (x.parallel)
    batch["at_once"] = x.max_concurrent;
  if (x.batch_size > 0)
    batch["batch_size"] = x.batch_size;
  batch["on_error"] = rule_name(x.on_error, x.rolls_back);
  if (x.tolerated)
    batch["tolerated"] = x.tolerated->percent ? json(std::to_string(*x.tolerated->percent) + "%")
                                              : json(x.tolerated->count);
  out["batch"] = std::move(batch);
}

json described_budget(const plan::budget& x) {
  auto out = json::object();
  if (x.cost)
    out["cost_usd"] = static_cast<double>(*x.cost) / 1e9;
  if (x.tokens)
    out["tokens"] = *x.tokens;
  if (x.steps)
    out["steps"] = *x.steps;
  if (x.duration)
    out["duration"] = to_string(*x.duration);
  return out;
}

void add_spending(const plan::node& x, json& out, texts& reads, filler with) {
  if (x.budget)
    out["budget"] = described_budget(*x.budget);
  if (x.expects)
    out["expects"] = {{"cost_usd", static_cast<double>(x.expects->cost) / 1e9},
                      {"tokens", x.expects->tokens}};
  if (!x.limits.empty())
    out["limits"] = x.limits;
  if (x.cache)
    out["cache"] = {{"ttl", x.cache->ttl ? json(to_string(*x.cache->ttl)) : json()},
                    {"key", helper_text(x.cache->key, reads, with)}};
}

std::string text_of(const plan::place& x) {
  switch (x.way) {
  case plan::placement::label:
    return "a worker with the label " + x.name;
  case plan::placement::node:
    return "the worker " + x.name;
  case plan::placement::same_as:
    return "the worker where " + x.name + " has run";
  default:
    return "any worker";
  }
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
  if (x.batch)
    add_batch(*x.batch, out, reads, with);
  add_spending(x, out, reads, with);
  add_body(x, out, reads, with);
  if (x.action)
    out["action"] = helper_text(x.action, reads, with);
  if (!x.undo.empty())
    out["undo"] = describe_node(x.undo.front(), with);
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
  if (x.place)
    out["place"] = text_of(*x.place);
  if (!x.idempotent)
    out["idempotent"] = false;
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
  texts unused;
  if (!x.context_rules.empty())
    out["context_merge"] = described_rules(x.context_rules, unused, with);
  if (x.takes_other_inputs)
    for (auto& [name, spec] : x.inputs)
      out["inputs"][name] = {{"type", spec.type}, {"required", spec.required}};
  auto root = describe_node(x.root, with);
  out["nodes"] = root["children"];
  for (auto key : {"edges", "budget", "on_error"})
    if (root.contains(key))
      out[key] = root[key];
  for (auto& [name, limit] : x.limits) {
    auto& one = out["limits"][name] = json::object();
    if (limit.rate)
      one["rate_per_s"] = *limit.rate;
    if (limit.concurrency > 0)
      one["concurrency"] = limit.concurrency;
  }
  for (auto& called : x.subflows)
    out["flows"][called->name] = describe_node(called->root, with)["children"];
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
