// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What libtroupe.so shows; everything else in it is hidden.
#define TROUPE_EXPORT __attribute__((visibility("default")))
