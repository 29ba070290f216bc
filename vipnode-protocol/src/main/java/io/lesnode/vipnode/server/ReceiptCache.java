package io.lesnode.vipnode.server;

import io.lesnode.vipnode.wire.VipMessage.Receipt;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The newest answers to payments, so that a repeated payment gets the same bytes again: 64 of each
 * client, over its connections. A value machine of one owner.
 *
 * <p>What fell out, or was forgotten with the process, is refused as stale by the payment's method,
 * with the newest proof as evidence: no payment counts twice.
 */
public final class ReceiptCache {
  /** Answers remembered for each client. */
  public static final int RECEIPTS = 64;

  private static final int CLIENTS = 10_000;

  private final LinkedHashMap<Bytes32, LinkedHashMap<Bytes, Receipt>> clients =
      new LinkedHashMap<>(16, 0.75f, true);

  /** The answer that a payment had. */
  public Optional<Receipt> find(Bytes32 client, Bytes payId) {
    LinkedHashMap<Bytes, Receipt> receipts = clients.get(client);
    return receipts == null ? Optional.empty() : Optional.ofNullable(receipts.get(payId));
  }

  /** Remembers an answer. */
  public void put(Bytes32 client, Receipt receipt) {
    LinkedHashMap<Bytes, Receipt> receipts =
        clients.computeIfAbsent(client, key -> new LinkedHashMap<>());
    receipts.put(receipt.payId().copy(), receipt);
    if (receipts.size() > RECEIPTS) {
      receipts.pollFirstEntry();
    }
    if (clients.size() > CLIENTS) {
      clients.pollFirstEntry();
    }
  }
}
