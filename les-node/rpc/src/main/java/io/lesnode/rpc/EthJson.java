package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.UnsignedLongs;
import io.lesnode.primitives.Withdrawal;
import io.lesnode.primitives.crypto.Keccak;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The JSON shapes of geth v1.10.26 (internal/ethapi/api.go), and of later forks for newer fields.
 */
final class EthJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A shape whose fields depend on where a transaction was mined. */
  record Position(Bytes32 blockHash, long blockNumber, int index, @Nullable UInt256 baseFee) {
    static Position of(BlockHeader header, int index) {
      return new Position(header.hash(), header.number(), index, header.baseFeePerGas());
    }
  }

  private EthJson() {}

  static TextNode quantity(long value) {
    return JSON.textNode(HexText.quantity(value));
  }

  static TextNode quantity(UInt256 value) {
    return JSON.textNode(HexText.quantity(value));
  }

  static TextNode data(Bytes value) {
    return JSON.textNode(HexText.data(value));
  }

  static TextNode address(Address address) {
    return data(address.bytes());
  }

  static JsonNode nullable(@Nullable Address address) {
    return address == null ? NullNode.instance : address(address);
  }

  /** The fields of a header; the size is that of a block without a body (see {@link #block}). */
  static ObjectNode header(BlockHeader header) {
    ObjectNode json = JSON.objectNode();
    UInt256 baseFee = header.baseFeePerGas();
    if (baseFee != null) {
      json.set("baseFeePerGas", quantity(baseFee));
    }
    json.set("difficulty", quantity(header.difficulty()));
    json.set("extraData", data(header.extraData()));
    json.set("gasLimit", quantity(header.gasLimit()));
    json.set("gasUsed", quantity(header.gasUsed()));
    json.set("hash", data(header.hash()));
    json.set("logsBloom", data(header.logsBloom().bytes()));
    json.set("miner", address(header.coinbase()));
    json.set("mixHash", data(header.mixHash()));
    json.set("nonce", data(Bytes.ofUnsignedLong(header.nonce())));
    json.set("number", quantity(header.number()));
    json.set("parentHash", data(header.parentHash()));
    json.set("receiptsRoot", data(header.receiptsRoot()));
    json.set("sha3Uncles", data(header.ommersHash()));
    json.set("stateRoot", data(header.stateRoot()));
    json.set("timestamp", quantity(header.timestamp()));
    json.set("transactionsRoot", data(header.transactionsRoot()));
    Bytes32 withdrawalsRoot = header.withdrawalsRoot();
    if (withdrawalsRoot != null) {
      json.set("withdrawalsRoot", data(withdrawalsRoot));
    }
    Long blobGasUsed = header.blobGasUsed();
    if (blobGasUsed != null) {
      json.set("blobGasUsed", quantity(blobGasUsed));
    }
    Long excessBlobGas = header.excessBlobGas();
    if (excessBlobGas != null) {
      json.set("excessBlobGas", quantity(excessBlobGas));
    }
    Bytes32 beaconRoot = header.parentBeaconBlockRoot();
    if (beaconRoot != null) {
      json.set("parentBeaconBlockRoot", data(beaconRoot));
    }
    return json;
  }

  /** A header alone, as geth tells of new heads: without size, with a null for no base fee. */
  static ObjectNode plainHeader(BlockHeader header) {
    ObjectNode json = header(header);
    if (header.baseFeePerGas() == null) {
      json.putNull("baseFeePerGas");
    }
    return json;
  }

  /** An uncle: a block without transactions and total difficulty. */
  static ObjectNode uncle(BlockHeader ommer) {
    ObjectNode json = header(ommer);
    Block bare = new Block(ommer, BlockBody.EMPTY);
    json.set("size", quantity(bare.encoded().size()));
    json.putArray("uncles");
    return json;
  }

  /** A block with its transactions in full or by hash. */
  static ObjectNode block(Block block, @Nullable UInt256 totalDifficulty, boolean full) {
    ObjectNode json = header(block.header());
    json.set("size", quantity(block.encoded().size()));
    ArrayNode transactions = json.putArray("transactions");
    List<Transaction> items = block.body().transactions();
    for (int i = 0; i < items.size(); i++) {
      Transaction item = items.get(i);
      transactions.add(
          full ? transaction(item, Position.of(block.header(), i)) : data(item.hash()));
    }
    ArrayNode uncles = json.putArray("uncles");
    block.body().ommers().forEach(ommer -> uncles.add(data(ommer.hash())));
    List<Withdrawal> withdrawals = block.body().withdrawals();
    if (withdrawals != null) {
      ArrayNode list = json.putArray("withdrawals");
      withdrawals.forEach(w -> list.add(withdrawal(w)));
    }
    json.set(
        "totalDifficulty", totalDifficulty == null ? NullNode.instance : quantity(totalDifficulty));
    return json;
  }

  private static ObjectNode withdrawal(Withdrawal withdrawal) {
    ObjectNode json = JSON.objectNode();
    json.set("index", quantity(withdrawal.index()));
    json.set("validatorIndex", quantity(withdrawal.validatorIndex()));
    json.set("address", address(withdrawal.address()));
    json.set("amount", quantity(withdrawal.amountGwei()));
    return json;
  }

  /** A transaction; without a position it is pending. */
  static ObjectNode transaction(Transaction tx, @Nullable Position at) {
    ObjectNode json = JSON.objectNode();
    json.set("blockHash", at == null ? NullNode.instance : data(at.blockHash()));
    json.set("blockNumber", at == null ? NullNode.instance : quantity(at.blockNumber()));
    json.set("from", address(sender(tx)));
    json.set("gas", quantity(tx.gasLimit()));
    UInt256 baseFee = at == null ? null : at.baseFee();
    boolean feeMarket =
        tx.type() == TransactionType.DYNAMIC_FEE || tx.type() == TransactionType.BLOB;
    if (!feeMarket) {
      json.set("gasPrice", quantity(tx.gasPrice()));
    } else {
      json.set(
          "gasPrice",
          quantity(baseFee == null ? tx.maxFeePerGas() : tx.effectiveGasPrice(baseFee)));
      json.set("maxFeePerGas", quantity(tx.maxFeePerGas()));
      json.set("maxPriorityFeePerGas", quantity(tx.maxPriorityFeePerGas()));
    }
    if (tx.type() == TransactionType.BLOB) {
      json.set("maxFeePerBlobGas", quantity(tx.maxFeePerBlobGas()));
      ArrayNode hashes = json.putArray("blobVersionedHashes");
      tx.blobVersionedHashes().forEach(hash -> hashes.add(data(hash)));
    }
    json.set("hash", data(tx.hash()));
    json.set("input", data(tx.data()));
    json.set("nonce", quantity(tx.nonce()));
    json.set("to", nullable(tx.to()));
    json.set("transactionIndex", at == null ? NullNode.instance : quantity(at.index()));
    json.set("value", quantity(tx.value()));
    json.set("type", quantity(tx.type().number()));
    if (tx.type() != TransactionType.LEGACY) {
      json.set("accessList", accessList(tx.accessList()));
    }
    UInt256 chainId = tx.chainId();
    if (chainId != null && !(tx.type() == TransactionType.LEGACY && chainId.isZero())) {
      json.set("chainId", quantity(chainId));
    }
    json.set("v", quantity(tx.v()));
    json.set("r", quantity(tx.r()));
    json.set("s", quantity(tx.s()));
    return json;
  }

  static ArrayNode accessList(List<AccessListEntry> entries) {
    ArrayNode json = JSON.arrayNode();
    for (AccessListEntry entry : entries) {
      ObjectNode item = json.addObject();
      item.set("address", address(entry.address()));
      ArrayNode keys = item.putArray("storageKeys");
      entry.storageKeys().forEach(key -> keys.add(data(key)));
    }
    return json;
  }

  /** The signer, or the zero address where there is none, as geth shows it. */
  static Address sender(Transaction tx) {
    try {
      return tx.sender();
    } catch (InvalidSignatureException unsigned) {
      return Address.ZERO;
    }
  }

  /** The receipt of transaction {@code index} of a block; all receipts of the block are needed. */
  static ObjectNode receipt(Block block, List<Receipt> receipts, int index) {
    BlockHeader header = block.header();
    Transaction tx = block.body().transactions().get(index);
    Receipt receipt = receipts.get(index);
    long before = index == 0 ? 0 : receipts.get(index - 1).cumulativeGasUsed();
    UInt256 baseFee = header.baseFeePerGas();
    ObjectNode json = JSON.objectNode();
    json.set("blockHash", data(header.hash()));
    json.set("blockNumber", quantity(header.number()));
    json.set(
        "contractAddress",
        tx.to() == null ? address(createdAddress(sender(tx), tx.nonce())) : NullNode.instance);
    json.set("cumulativeGasUsed", quantity(receipt.cumulativeGasUsed()));
    json.set(
        "effectiveGasPrice",
        quantity(baseFee == null ? tx.gasPrice() : tx.effectiveGasPrice(baseFee)));
    json.set("from", address(sender(tx)));
    json.set("gasUsed", quantity(receipt.cumulativeGasUsed() - before));
    ArrayNode logs = json.putArray("logs");
    int logIndex = 0;
    for (int i = 0; i < index; i++) {
      logIndex += receipts.get(i).logs().size();
    }
    for (Log log : receipt.logs()) {
      logs.add(log(log, Position.of(header, index), tx.hash(), logIndex++));
    }
    json.set("logsBloom", data(receipt.bloom().bytes()));
    Bytes32 postState = receipt.postState();
    if (postState != null) {
      json.set("root", data(postState));
    } else {
      json.set("status", quantity(receipt.success() ? 1 : 0));
    }
    json.set("to", nullable(tx.to()));
    json.set("transactionHash", data(tx.hash()));
    json.set("transactionIndex", quantity(index));
    json.set("type", quantity(tx.type().number()));
    return json;
  }

  /** One log; {@code logIndex} counts within the block. */
  static ObjectNode log(Log log, Position at, Bytes32 transactionHash, int logIndex) {
    ObjectNode json = JSON.objectNode();
    json.set("address", address(log.address()));
    ArrayNode topics = json.putArray("topics");
    log.topics().forEach(topic -> topics.add(data(topic)));
    json.set("data", data(log.data()));
    json.set("blockNumber", quantity(at.blockNumber()));
    json.set("transactionHash", data(transactionHash));
    json.set("transactionIndex", quantity(at.index()));
    json.set("blockHash", data(at.blockHash()));
    json.set("logIndex", quantity(logIndex));
    json.put("removed", false);
    return json;
  }

  /** The address of a contract made by a transaction. */
  static Address createdAddress(Address sender, long nonce) {
    Bytes list =
        RLP.encodeList(
            writer -> {
              writer.writeValue(sender.bytes());
              UnsignedLongs.write(writer, nonce);
            });
    return Address.of(Keccak.keccak256(list).slice(12));
  }
}
