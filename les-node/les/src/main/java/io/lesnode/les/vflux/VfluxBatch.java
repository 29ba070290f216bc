package io.lesnode.les.vflux;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/**
 * Questions that travel in one TALKREQ of the protocol {@code vfx}: 1 to 16 of them, and as many
 * answers. Immutable.
 */
public record VfluxBatch(List<Question> questions) {
  /** Questions in one batch. */
  public static final int LENGTH_MAX = 16;

  /**
   * One question.
   *
   * @param service who answers it, {@code les}
   * @param name what it asks, {@code cq}
   * @param params the parameters, RLP
   */
  public record Question(Bytes service, Bytes name, Bytes params) {
    /** A question named in ASCII. */
    public static Question of(String service, String name, Bytes params) {
      return new Question(ascii(service), ascii(name), params);
    }

    /** Whether it is this question. */
    public boolean is(String wantedService, String wantedName) {
      return service.equals(ascii(wantedService)) && name.equals(ascii(wantedName));
    }

    private static Bytes ascii(String text) {
      return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Copies the list and checks its length. */
  public VfluxBatch {
    questions = List.copyOf(questions);
    if (questions.isEmpty() || questions.size() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a batch has 1 to " + LENGTH_MAX + " questions, not " + questions.size());
    }
  }

  /** Reads a batch, or nothing when it is malformed, empty or too long. */
  public static Optional<VfluxBatch> decode(Bytes encoded) {
    try {
      return Optional.of(
          new VfluxBatch(
              RlpReader.decode(
                  encoded.copy(),
                  reader ->
                      reader.readListOf(
                          LENGTH_MAX,
                          item ->
                              item.readList(
                                  f ->
                                      new Question(
                                          f.readBytes().copy(),
                                          f.readBytes().copy(),
                                          f.readBytes().copy()))))));
    } catch (RlpException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** The RLP form. */
  public Bytes encode() {
    return RLP.encodeList(
        list ->
            questions.forEach(
                question ->
                    list.writeList(
                        fields -> {
                          fields.writeValue(question.service());
                          fields.writeValue(question.name());
                          fields.writeValue(question.params());
                        })));
  }

  /** Writes answers in the order of the questions; an empty one says that there is none. */
  public static Bytes encodeAnswers(List<Bytes> answers) {
    return RLP.encodeList(list -> answers.forEach(list::writeValue));
  }

  /** Reads answers, or nothing when they are malformed or there are more than questions. */
  public static Optional<List<Bytes>> decodeAnswers(Bytes encoded) {
    try {
      return Optional.of(
          RlpReader.decode(
              encoded.copy(),
              reader -> reader.readListOf(LENGTH_MAX, item -> item.readBytes().copy())));
    } catch (RlpException malformed) {
      return Optional.empty();
    }
  }
}
