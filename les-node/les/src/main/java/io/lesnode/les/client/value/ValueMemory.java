package io.lesnode.les.client.value;

import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/** Where the value tracker keeps what must outlive the process. Calls must not block for long. */
public interface ValueMemory {
  /** What was saved under a key. */
  Optional<Bytes> load(Bytes key);

  /** Saves values, all or none, now or soon. */
  void save(Map<Bytes, Bytes> values);
}
