// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace troupe::detail {

/// A step of content chains: what it takes and gives. What it does is said by a provider's types.
struct content_kind {
  const char* name;
  const char* input;
  const char* output;
  const char* summary;
  const char* item = "any"; ///< what each item of a list is that it takes or gives
};

inline constexpr content_kind content_kinds[] = {
  {"text_to_image", "text", "image", "Makes an image of a text."},
  {"image_to_video", "image", "video", "Makes a video of an image."},
  {"text_to_speech", "text", "audio", "Speaks a text."},
  {"image_understanding", "image", "text", "Says what an image shows."},
  {"prompt_generation", "any", "text", "Writes a prompt."},
  {"image_to_image", "image", "image", "Makes another image of an image."},
  {"upscale_image", "image", "image", "Makes an image larger."},
  {"split_image", "image", "list", "Cuts an image into images.", "image"},
  {"text_to_video", "text", "video", "Makes a video of a text."},
  {"add_audio", "video", "video", "Gives a video its sound."},
  {"upscale_video", "video", "video", "Makes a video larger."},
  {"generate_subtitles", "video", "video", "Gives a video its subtitles."},
  {"concat_videos", "list", "video", "Joins videos, one behind the other.", "video"},
  {"replicate_multitalk", "any", "video", "Makes a video of people who talk."},
};

} // namespace troupe::detail
