// SPDX-License-Identifier: Apache-2.0
#include "config/flow_schema.hpp"

namespace troupe::config {

nlohmann::json chain_schema(const registry&) {
  return R"({
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "a content chain of troupe",
    "type": "object",
    "required": ["steps"],
    "properties": {
      "name": {"type": "string"}, "description": {"type": "string"},
      "prompt": {"type": "string"}, "input_image": {"type": "string"}, "input_video": {"type": "string"},
      "inputs": {"type": ["array", "object"], "description": "files or texts; or declared inputs"},
      "input_type": {"enum": ["auto", "text", "image", "video"]},
      "output_dir": {"type": "string"}, "save_intermediates": {"type": "boolean"},
      "parallel_config": {"type": "object"}, "types": {"type": "object"},
      "steps": {"type": "array", "items": {"$ref": "#/definitions/step"}}
    },
    "definitions": {
      "steps": {"type": "array", "items": {"anyOf": [{"$ref": "#/definitions/step"}, {"$ref": "#/definitions/steps"}]}},
      "step": {"type": "object", "anyOf": [{"required": ["type"]}, {"required": ["steps"]}],
        "properties": {
          "type": {"type": "string"}, "name": {"type": "string"}, "model": {"type": "string"},
          "params": {"type": "object"}, "enabled": {"type": "boolean"},
          "retry_count": {"type": "integer", "minimum": 0, "description": "tries besides the first"},
          "cost": {"description": "USD of a success"},
          "group_id": {"type": "string"}, "max_workers": {"type": "integer", "minimum": 1},
          "fail_fast": {"type": "boolean"}, "merge_strategy": {"type": ["string", "object"]},
          "parallel_steps": {"$ref": "#/definitions/steps"}, "steps": {"$ref": "#/definitions/steps"},
          "batch_size": {"type": "integer", "minimum": 1},
          "step_template": {"anyOf": [{"$ref": "#/definitions/step"}, {"$ref": "#/definitions/steps"}]},
          "split_strategy": {"enum": ["duplicate", "round_robin", "chunk", "custom"]}}}
    }
  })"_json;
}

} // namespace troupe::config
