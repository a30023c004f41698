#include "api/clients.h"

#include "api/errors.h"

namespace syrah::api {

KeyRecords Clients::records() const {
  KeyRecords records;
  for (const ApiKey* const key : keys.all()) {
    if (!keys.is_first(key->key)) records.keys.push_back(*key);
  }
  records.switches = cancel_after.records();
  return records;
}

HttpResponse take_back(const KeyChange& change, Clients& clients) {
  if (!change.created.empty()) {
    clients.keys.remove(change.created);
    return error_response(500, "the key cannot be kept on the disk: it was not made");
  }
  if (!change.set.empty()) {
    clients.cancel_after.end(change.set);
    return error_response(500, "that cancel-after is on cannot be kept on the disk: it is off");
  }
  return error_response(500, "done, but not kept on the disk: a restart undoes it");
}

}  // namespace syrah::api
