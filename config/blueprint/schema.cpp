// SPDX-License-Identifier: Apache-2.0
#include "config/flow_schema.hpp"

namespace troupe::config {

nlohmann::json blueprint_schema(const registry&) {
  return R"({
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "a blueprint of troupe",
    "type": "object",
    "required": ["steps"],
    "properties": {
      "version": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"},
      "imports": {"type": "object", "additionalProperties": {"type": "string"}},
      "agents": {"type": "object"}, "usage_limits": {"$ref": "#/definitions/usage_limits"},
      "steps": {"$ref": "#/definitions/steps"}
    },
    "definitions": {
      "steps": {"type": "array", "items": {"$ref": "#/definitions/step"}},
      "branch": {"oneOf": [{"$ref": "#/definitions/steps"}, {"type": "object", "required": ["steps"]}]},
      "branches": {"type": "object", "additionalProperties": {"$ref": "#/definitions/branch"}},
      "usage_limits": {"type": "object", "properties": {
        "total_cost_usd_limit": {"type": "number", "minimum": 0}, "total_tokens_limit": {"type": "integer", "minimum": 0}}},
      "step": {"type": "object",
        "properties": {
          "kind": {"type": "string"}, "name": {"type": "string"}, "uses": {"type": "string"}, "agent": {"type": "string"},
          "input": {}, "updates_context": {"type": "boolean"}, "sink_to": {"type": "string"},
          "config": {"type": "object", "properties": {
            "max_retries": {"type": "integer", "minimum": 0, "description": "tries besides the first"}, "timeout_s": {"type": "number"}}},
          "usage_limits": {"$ref": "#/definitions/usage_limits"}, "fallback": {"$ref": "#/definitions/step"},
          "branches": {"$ref": "#/definitions/branches"}, "default_branch": {"$ref": "#/definitions/branch"},
          "merge_strategy": {"enum": ["context_update", "no_merge", "overwrite", "error_on_conflict", "keep_first"]},
          "on_branch_failure": {"enum": ["propagate", "ignore"]},
          "context_include_keys": {"type": "array"}, "field_mapping": {"type": "object"},
          "reduce": {"enum": ["keys", "values", "union", "concat", "first", "last", "majority_vote"]},
          "condition_expression": {"type": "string"},
          "loop": {"type": "object", "required": ["body"]}, "map": {"type": "object", "required": ["body"]},
          "message": {"type": "string"}, "input_schema": {"type": "object"}}}
    }
  })"_json;
}

} // namespace troupe::config
