package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.evm.ChecksumAddress;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.rlp.RlpException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** eth_sendRawTransaction and the {@code txpool} methods. */
final class SendMethods {
  private static final Logger LOG = LoggerFactory.getLogger(SendMethods.class);
  private static final BigDecimal WEI_PER_ETHER = BigDecimal.TEN.pow(18);
  private static final int MAX_TRANSACTION_BYTES = 1 << 20;

  private final EthBackend backend;
  private final double feeCapEther;

  SendMethods(EthBackend backend, double feeCapEther) {
    this.backend = backend;
    this.feeCapEther = feeCapEther;
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("eth_sendRawTransaction", args -> send(args.atMost(1).data(0)));
    methods.put("txpool_status", args -> status());
    methods.put("txpool_content", args -> content());
    methods.put("txpool_inspect", args -> inspect());
    methods.put("txpool_contentFrom", args -> contentFrom(args.atMost(1).address(0)));
  }

  private JsonNode send(Bytes raw) {
    Transaction tx = decode(raw);
    requireReasonableFee(tx);
    if (tx.type() == TransactionType.LEGACY && tx.chainId() == null) {
      throw new RpcException("only replay-protected (EIP-155) transactions allowed over RPC");
    }
    backend.send(tx);
    LOG.info("submitted transaction {} nonce {}", tx.hash(), tx.nonce());
    return EthJson.data(tx.hash());
  }

  private static Transaction decode(Bytes raw) {
    if (raw.isEmpty()) {
      throw new RpcException("typed transaction too short");
    }
    if (raw.size() > MAX_TRANSACTION_BYTES) {
      throw new RpcException("oversized data");
    }
    try {
      return Transaction.decode(raw);
    } catch (RlpException malformed) {
      throw new RpcException("rlp: " + malformed.getMessage());
    } catch (IllegalArgumentException unknownType) {
      throw new RpcException("transaction type not supported");
    }
  }

  /** geth's --rpc.txfeecap: an unreasonable fee is more likely a mistake than a wish. */
  private void requireReasonableFee(Transaction tx) {
    if (feeCapEther == 0) {
      return;
    }
    UInt256 price =
        tx.type() == TransactionType.LEGACY || tx.type() == TransactionType.ACCESS_LIST
            ? tx.gasPrice()
            : tx.maxFeePerGas();
    BigDecimal fee =
        new BigDecimal(price.toUnsignedBigInteger())
            .multiply(new BigDecimal(Long.toUnsignedString(tx.gasLimit())))
            .divide(WEI_PER_ETHER);
    if (fee.compareTo(BigDecimal.valueOf(feeCapEther)) > 0) {
      throw new RpcException(
          String.format(
              Locale.ROOT,
              "tx fee (%.2f ether) exceeds the configured cap (%.2f ether)",
              fee,
              feeCapEther));
    }
  }

  private JsonNode status() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("pending", EthJson.quantity(size(backend.pendingTransactions())));
    json.set("queued", EthJson.quantity(size(backend.queuedTransactions())));
    return json;
  }

  private static long size(Map<Address, List<Transaction>> bySender) {
    return bySender.values().stream().mapToLong(List::size).sum();
  }

  @FunctionalInterface
  private interface Shape {
    JsonNode of(Transaction tx);
  }

  private JsonNode content() {
    return both(tx -> EthJson.transaction(tx, null));
  }

  private JsonNode contentFrom(Address sender) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("pending", byNonce(backend.pendingTransactions().getOrDefault(sender, List.of())));
    json.set("queued", byNonce(backend.queuedTransactions().getOrDefault(sender, List.of())));
    return json;
  }

  private static ObjectNode byNonce(List<Transaction> transactions) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    transactions.forEach(
        tx -> json.set(Long.toUnsignedString(tx.nonce()), EthJson.transaction(tx, null)));
    return json;
  }

  private JsonNode inspect() {
    return both(
        tx -> {
          Address to = tx.to();
          String target = to == null ? "contract creation" : ChecksumAddress.of(to);
          UInt256 price =
              tx.type() == TransactionType.DYNAMIC_FEE ? tx.maxFeePerGas() : tx.gasPrice();
          return JsonNodeFactory.instance.textNode(
              target
                  + ": "
                  + tx.value().toDecimalString()
                  + " wei + "
                  + Long.toUnsignedString(tx.gasLimit())
                  + " gas × "
                  + price.toDecimalString()
                  + " wei");
        });
  }

  private JsonNode both(Shape shape) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("pending", bySender(backend.pendingTransactions(), shape));
    json.set("queued", bySender(backend.queuedTransactions(), shape));
    return json;
  }

  private static ObjectNode bySender(Map<Address, List<Transaction>> bySender, Shape shape) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    bySender.forEach(
        (sender, transactions) -> {
          ObjectNode byNonce = json.putObject(ChecksumAddress.of(sender));
          transactions.forEach(tx -> byNonce.set(Long.toUnsignedString(tx.nonce()), shape.of(tx)));
        });
    return json;
  }
}
