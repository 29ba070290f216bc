package io.lesnode.benchmarks.load;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.RequestCostEntry;
import io.lesnode.les.wire.StatusKeys;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a server says of itself when a client connects. Immutable.
 *
 * @param clientName its name in Hello
 * @param params the credit that it grants
 * @param costs its cost table
 */
record ServerGreeting(
    String clientName,
    LesVersion version,
    long headNumber,
    Bytes32 headHash,
    CreditParams params,
    CostTable costs,
    KeyValues values) {

  private static final Pattern GETH = Pattern.compile("Geth/v(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

  /** Reads a Status. */
  static ServerGreeting of(String clientName, LesVersion version, LesMessage.Status status) {
    KeyValues values = status.values();
    if (!values.contains(StatusKeys.MIN_RECHARGE)) {
      throw new IllegalArgumentException(clientName + " serves nobody; it is a light client");
    }
    Map<RequestKind, RequestCost> table = new EnumMap<>(RequestKind.class);
    List<RequestCostEntry> entries =
        values.requestCosts(StatusKeys.REQUEST_COSTS).orElse(List.of());
    for (RequestCostEntry entry : entries) {
      RequestKind.ofCode(entry.code()).ifPresent(kind -> table.put(kind, entry.cost()));
    }
    return new ServerGreeting(
        clientName,
        version,
        values.requireUnsignedLong(StatusKeys.HEAD_NUMBER),
        values.requireHash(StatusKeys.HEAD_HASH),
        params(values),
        new CostTable(table),
        values);
  }

  /** The credit that Status or an announcement grants. */
  static CreditParams params(KeyValues values) {
    return new CreditParams(
        values.requireUnsignedLong(StatusKeys.BUFFER_LIMIT),
        values.requireUnsignedLong(StatusKeys.MIN_RECHARGE));
  }

  /** Our Status: whatever the server has is right for us, and it need not announce anything. */
  LesMessage.Status answer() {
    KeyValues.Builder ours =
        KeyValues.builder()
            .unsignedLong(StatusKeys.PROTOCOL_VERSION, version.number())
            .unsignedLong(StatusKeys.NETWORK_ID, values.requireUnsignedLong(StatusKeys.NETWORK_ID))
            .unsigned256(StatusKeys.HEAD_TD, UInt256.ZERO)
            .bytes(StatusKeys.HEAD_HASH, Bytes32.ZERO)
            .unsignedLong(StatusKeys.HEAD_NUMBER, 0)
            .bytes(StatusKeys.GENESIS_HASH, values.requireHash(StatusKeys.GENESIS_HASH))
            .unsignedLong(StatusKeys.ANNOUNCE_TYPE, 0);
    Bytes forkId = values.raw(StatusKeys.FORK_ID).orElse(Bytes.EMPTY);
    if (version.hasForkId() && !forkId.isEmpty()) {
      ours.raw(StatusKeys.FORK_ID, forkId);
    }
    return new LesMessage.Status(ours.build());
  }

  /** Whether contracts are named by address (geth from 1.12.1 on) and not by its hash. */
  boolean namesContractsByAddress() {
    Matcher geth = GETH.matcher(clientName);
    if (!geth.find()) {
      return clientName.startsWith("CoreGeth/") && clientName.contains("/v1.12.19");
    }
    int[] version = new int[3];
    for (int i = 0; i < version.length; i++) {
      version[i] = Integer.parseInt(geth.group(i + 1));
    }
    return version[0] > 1
        || (version[0] == 1 && version[1] > 12)
        || (version[0] == 1 && version[1] == 12 && version[2] >= 1);
  }
}
