// SPDX-License-Identifier: Apache-2.0
#pragma once

// What most files of the library include, compiled once.

#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>
