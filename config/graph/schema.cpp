// SPDX-License-Identifier: Apache-2.0
#include "config/flow_schema.hpp"

namespace troupe::config {

nlohmann::json graph_schema(const registry& kinds) {
  auto out = R"({
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "a graph document of troupe",
    "type": "object",
    "required": ["nodes"],
    "properties": {
      "ir_version": {"type": "string"},
      "name": {"type": "string"}, "description": {"type": "string"},
      "start_node": {"type": "string", "description": "where it begins"},
      "inputs": {"type": "object", "additionalProperties": {"type": "object", "properties": {
        "type": {"type": "string"}, "required": {"type": "boolean"}, "default": {}, "description": {"type": "string"}}}},
      "outputs": {"type": "object", "additionalProperties": {"oneOf": [{"type": "string"}, {"type": "object", "properties": {
        "source": {"type": "string", "description": "${node.key}"}, "description": {"type": "string"}}}]}},
      "nodes": {"type": "array", "items": {"$ref": "#/definitions/node"}},
      "edges": {"type": "array", "items": {"$ref": "#/definitions/edge"}},
      "parallel_groups": {"type": "object", "additionalProperties": {"type": "object", "properties": {
        "on_error": {"enum": ["fail_fast", "continue", "rollback"]}, "max_workers": {"type": "integer", "minimum": 1}}}},
      "mappings": {"type": "object", "additionalProperties": {"type": "object", "properties": {
        "input_mappings": {"type": "object"}, "output_mappings": {"type": "object"}}}},
      "enable_namespacing": {"type": "boolean"},
      "template_resolution_mode": {"enum": ["strict", "permissive"]}
    },
    "definitions": {
      "edge": {"type": "object",
        "anyOf": [{"required": ["from"]}, {"required": ["source"]}],
        "properties": {
          "from": {"type": "string"}, "to": {"type": "string"}, "source": {"type": "string"}, "target": {"type": "string"},
          "action": {"type": "string", "description": "taken when the node's action is this; `error`: when it fails"},
          "parallel_group": {"description": "the group that the branch belongs to"}}},
      "node": {"type": "object", "required": ["id"],
        "properties": {
          "id": {"type": "string"}, "type": {"type": "string"}, "purpose": {"type": "string"},
          "params": {"type": "object"}, "parameters": {"type": "object"},
          "max_retries": {"type": "integer", "minimum": 1, "description": "tries in total"},
          "batch": {"oneOf": [{"type": "string"}, {"type": "array"}, {"type": "object", "properties": {
            "items": {}, "as": {"type": "string"}, "parallel": {"type": "boolean"},
            "max_concurrent": {"type": "integer", "minimum": 1, "maximum": 100},
            "error_handling": {"enum": ["fail_fast", "continue"]},
            "max_retries": {"type": "integer", "minimum": 1, "maximum": 10}, "retry_wait": {}}}]},
          "batch_config": {"type": "object", "properties": {
            "enabled": {"type": "boolean"}, "items_field": {"type": "string"}}}}}
    }
  })"_json;
  out["definitions"]["node"]["properties"]["type"]["examples"] = kinds.names();
  return out;
}

} // namespace troupe::config
