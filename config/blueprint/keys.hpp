// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

/// The keys of blueprints: those that are read, and those that are refused by name.
namespace troupe::config::blueprint::keys {

using list = std::vector<std::string>;

inline list joined(list all, const list& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

inline const list document{"$schema", "version",  "name",     "description", "steps",
                           "agents",  "imports",  "inputs",   "output",      "context",
                           "env",     "secrets",  "defaults", "types",       "prices",
                           "limits",  "on_error", "meta",     "usage_limits"};

/// What every kind of step takes.
inline const list step{"kind",     "name",         "input",       "config",
                       "fallback", "sink_to",      "description", "updates_context",
                       "meta",     "usage_limits", "validate",    "when",
                       "set",      "limit",        "cache",       "expects",
                       "undo",     "returns",      "batch",       "retry",
                       "timeout",  "deadline",     "fallback_on", "price",
                       "enabled"};
inline const list of_step{"uses", "agent", "params", "with"};
inline const list of_branches{
  "merge_strategy", "on_branch_failure", "context_include_keys", "field_mapping",
  "reduce",         "branches",          "max_workers"};
inline const list of_conditional{"condition_expression", "condition", "branches", "default_branch"};
inline const list of_loop{"loop"};
inline const list of_map{"map"};
inline const list of_hitl{"message", "input_schema"};
inline const list of_cache{"wrapped_step", "step", "ttl", "key"};
inline const list of_router{"router", "router_agent"};
inline const list of_machine{"start_state", "end_states", "states", "transitions"};

inline const list all_of_router = joined(of_branches, of_router);
/// What a cache takes, of that which every kind of step takes: the rest is for the step in it.
inline const list all_of_cache = joined({"kind", "name"}, of_cache);
/// What each kind of step takes besides.
inline const std::map<std::string, list> of_kinds{{"step", of_step},
                                                  {"parallel", of_branches},
                                                  {"conditional", of_conditional},
                                                  {"loop", of_loop},
                                                  {"map", of_map},
                                                  {"hitl", of_hitl},
                                                  {"cache", of_cache},
                                                  {"dynamic_router", all_of_router},
                                                  {"StateMachine", of_machine}};

inline const list agent_with_params{"id", "params"};
inline const list list_of_steps{"steps"};
inline const list config{"max_retries", "timeout_s"};
inline const list usage_limits{"total_cost_usd_limit", "total_tokens_limit"};
inline const list agent{"model",      "system_prompt", "output_schema", "temperature",
                        "max_tokens", "timeout",       "max_retries",   "description"};
inline const list loop{"body", "max_loops", "exit_expression"};
inline const list map{"iterable_input", "body", "parallel", "max_concurrent", "on_error"};
inline const list transition{"from", "on", "to", "when"};

/// What troupe has in another way, or not at all: a key, and what to do instead.
using refused = std::vector<std::pair<std::string, std::string>>;

inline const refused not_of_step{
  {"plugins", "put a step behind it that looks at the output, and a `fallback`"},
  {"validators", "say the JSON Schema of the output under `returns`"},
  {"validate_fields", "say the JSON Schema of the output under `returns`"},
  {"processing", "put steps before and behind it"},
  {"processors", "put steps before and behind it"},
  {"persist_feedback_to_context", "read it from ${steps.ID.error}, or leave it out"},
  {"persist_validation_results_to", "say the JSON Schema of the output under `returns`"}};
inline const refused not_of_config{
  {"temperature", "say it under `agents`, or among the `params` of the step"},
  {"top_k", "say it in a type of its own, made from `http`"},
  {"top_p", "say it in a type of its own, made from `http`"},
  {"execution_mode", "leave it out: each attempt is whole"}};
inline const refused not_of_loop{
  {"exit_condition", "write what it computes as `exit_expression`"},
  {"conversation", "let the body keep the turns in the context, with `set`"},
  {"history_management", "let the body keep the turns in the context, with `set`"},
  {"init", "put the steps before the loop"},
  {"propagation", "say the `input` of the body's first step"},
  {"output", "put a step behind the loop, with `uses: echo`"},
  {"output_template", "put a step behind the loop, with `uses: template`"},
  {"initial_input_to_loop_body_mapper", "say the `input` of the body's first step"},
  {"iteration_input_mapper", "say the `input` of the body's first step"},
  {"loop_output_mapper", "put a step behind the loop, with `uses: jq`"}};
inline const refused not_of_map{{"init", "put the steps before the map"},
                                {"finalize", "put a step behind the map, with `uses: jq`"}};
inline const refused not_of_import{
  {"input_to", "say the inputs of the flow under `with`"},
  {"outputs", "say what to keep under `set`, as \"{{ result.key }}\""},
  {"inherit_context", "say the inputs of the flow under `with`"},
  {"input_scratchpad_key", "say the inputs of the flow under `with`"},
  {"propagate_hitl", "leave it out: a flow waits wherever its steps do"},
  {"on_failure", "use `fallback`"}};

} // namespace troupe::config::blueprint::keys
