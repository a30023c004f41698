#include "p2p/outgoing.h"

#include <string>
#include <utility>

namespace syrah::p2p {

Frame Outgoing::frame(const Spelling& spelling) {
  if (spelling.envelope_all || spelling.design_documents) return write(spelling);
  if (!usual_) usual_ = write(spelling);
  return usual_;
}

Frame Outgoing::write(const Spelling& spelling) const {
  std::string frame = begin_frame();
  write_message(frame, sender_, timestamp_ms_, body_, spelling);
  end_frame(frame);
  return std::make_shared<const std::string>(std::move(frame));
}

}  // namespace syrah::p2p
