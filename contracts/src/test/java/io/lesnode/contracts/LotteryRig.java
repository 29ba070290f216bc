package io.lesnode.contracts;

import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A lottery book on a chain, with full trees of payees and all that a test sends to it. */
final class LotteryRig {
  static final UInt256 POT = UInt256.valueOf(1_000_000_000_000L);

  final ContractChain chain;
  final Address book;
  final KeyPair owner;
  private long salts;

  LotteryRig(ContractChain chain) {
    this.chain = chain;
    owner = chain.account(1);
    book = chain.deploy(owner, ContractArtifact.LOTTERY_BOOK_2.bytecode());
  }

  /** A tree whose payees all sit at one depth. */
  static final class Tree {
    final int depth;
    final List<Address> payees = new ArrayList<>();
    private final List<List<Bytes32>> levels = new ArrayList<>();

    Tree(int depth) {
      this(depth, Address.of(Bytes.repeat((byte) 0x11, 20)));
    }

    Tree(int depth, Address first) {
      this.depth = depth;
      List<Bytes32> level = new ArrayList<>();
      for (int i = 0; i < 1 << depth; i++) {
        Address payee =
            i == 0 ? first : Address.of(Keccak.keccak256(Bytes.ofUnsignedInt(i)).slice(12));
        payees.add(payee);
        level.add(leaf(payee, i));
      }
      levels.add(level);
      while (level.size() > 1) {
        List<Bytes32> above = new ArrayList<>();
        for (int i = 0; i < level.size(); i += 2) {
          above.add(parent(level.get(i), level.get(i + 1)));
        }
        level = above;
        levels.add(level);
      }
    }

    static Bytes32 leaf(Address payee, long salt) {
      return Keccak.keccak256(Bytes.concatenate(payee.bytes(), Bytes.ofUnsignedLong(salt)));
    }

    static Bytes32 parent(Bytes32 a, Bytes32 b) {
      return Keccak.keccak256(
          a.compareTo(b) < 0 ? Bytes.concatenate(a, b) : Bytes.concatenate(b, a));
    }

    Bytes32 root() {
      return levels.getLast().getFirst();
    }

    List<Bytes32> proof(int index) {
      List<Bytes32> siblings = new ArrayList<>();
      for (int level = 0; level < depth; level++) {
        siblings.add(levels.get(level).get((index >> level) ^ 1));
      }
      return siblings;
    }

    /** Which of the slots the leaf has: a bit per level, 1 where its side has the larger hash. */
    int position(int index) {
      int position = 0;
      for (int level = 0; level < depth; level++) {
        int at = index >> level;
        if (levels.get(level).get(at).compareTo(levels.get(level).get(at ^ 1)) > 0) {
          position |= 1 << level;
        }
      }
      return position;
    }

    long lower(int index) {
      return position(index) * width();
    }

    long upper(int index) {
      return lower(index) + width() - 1;
    }

    long width() {
      return (1L << 32) >> depth;
    }
  }

  /** A lottery on the chain. */
  record Opened(Tree tree, long salt, long reveal, Bytes32 id, Sent sent) {}

  /** Opens a lottery whose draw will be {@code drawn}, ten blocks ahead. */
  Opened open(Tree tree, long drawn) {
    return open(tree, drawn, POT, 10);
  }

  Opened open(Tree tree, long drawn, UInt256 pot, long ahead) {
    long salt = ++salts;
    long reveal = chain.number() + ahead;
    chain.fixHash(reveal, hashDrawing(drawn, salt));
    Sent sent = chain.send(owner, book, pot, newLottery(tree.root(), salt, reveal));
    return new Opened(tree, salt, reveal, id(owner.address(), tree.root(), salt), sent);
  }

  /** A block hash that draws a number. */
  static Bytes32 hashDrawing(long drawn, long seed) {
    Bytes32 random = Keccak.keccak256(Bytes.ofUnsignedLong(seed));
    return Bytes32.wrap(Bytes.concatenate(random.slice(0, 28), Bytes.ofUnsignedInt(drawn)));
  }

  static Bytes newLottery(Bytes32 root, long salt, long reveal) {
    return Abi.call("newLottery(bytes32,uint64,uint64)", root, salt, reveal);
  }

  Bytes32 id(Address of, Bytes32 root, long salt) {
    return Bytes32.wrap(
        chain.call(book, Abi.call("lotteryId(address,bytes32,uint64)", of, root, salt)));
  }

  /** The owner's signature of a cheque up to {@code range}. */
  Signature cheque(Opened lottery, long range) {
    return owner.sign(digest(lottery.id(), range));
  }

  Bytes32 digest(Bytes32 id, long range) {
    return Bytes32.wrap(chain.call(book, Abi.call("digest(bytes32,uint32)", id, range)));
  }

  /** The call by which payee {@code index} claims with a cheque up to {@code range}. */
  Bytes claim(Opened lottery, int index, long range) {
    return claim(lottery, index, range, cheque(lottery, range));
  }

  Bytes claim(Opened lottery, int index, long range, Signature signature) {
    return Abi.call(
        "claim(address,uint64,address,uint64,uint32,bytes32,bytes32,bytes32[])",
        lottery.tree().payees.get(index),
        (long) index,
        owner.address(),
        lottery.salt(),
        range,
        Bytes32.wrap(signature.r().toBytes()),
        Abi.vs(signature),
        lottery.tree().proof(index));
  }

  /** Mines until {@code block} is the newest. */
  void mineTo(long block) {
    chain.mine(block - chain.number());
  }

  Sent send(Bytes call) {
    return chain.send(chain.account(9), book, call);
  }

  UInt256 word(Bytes32 id) {
    Bytes32 slot = Keccak.keccak256(Bytes.concatenate(id, Bytes32.ZERO));
    return chain.storage(book, UInt256.fromBytes(slot));
  }
}
