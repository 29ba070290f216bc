package io.lesnode.evm.interpreter;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Code made ready to run, by code hash; the least recently used goes first once the limit is
 * reached. Thread-safe.
 */
public final class CodeCache {
  private final long limitBytes;
  private final Map<Bytes32, Code> codes = new LinkedHashMap<>(64, 0.75f, true);
  private long sizeBytes;

  /** Holds about {@code limitBytes} bytes. */
  public CodeCache(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  synchronized Code get(Bytes32 codeHash, Bytes code) {
    Code known = codes.get(codeHash);
    if (known != null) {
      return known;
    }
    Code fresh = new Code(code);
    codes.put(codeHash, fresh);
    sizeBytes += fresh.sizeBytes();
    Iterator<Code> oldest = codes.values().iterator();
    while (sizeBytes > limitBytes && codes.size() > 1) {
      sizeBytes -= oldest.next().sizeBytes();
      oldest.remove();
    }
    return fresh;
  }
}
