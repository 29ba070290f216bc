package io.lesnode.flowcontrol.pool;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A strict fake of the disk: every change makes sense there, and nothing is shared with the pool.
 */
final class MemoryStore implements Changes.Sink {

  private final TreeMap<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);

  void write(Changes changes) {
    changes.writeTo(this);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    records.put(key.clone(), value.clone());
  }

  @Override
  public void delete(byte[] key) {
    records.remove(key);
  }

  Iterator<Map.Entry<byte[], byte[]>> records() {
    return new TreeMap<>(records).entrySet().iterator();
  }

  Map<String, String> hex() {
    Map<String, String> hex = new TreeMap<>();
    records.forEach(
        (key, value) -> hex.put(HexFormat.of().formatHex(key), HexFormat.of().formatHex(value)));
    return hex;
  }
}
