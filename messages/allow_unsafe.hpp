// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages inside a process are shared by reference and never serialised: what crosses nodes will
// be one versioned envelope of bytes. CAF wants to be told so for each type, at global scope.

#include <caf/allowed_unsafe_message_type.hpp>
