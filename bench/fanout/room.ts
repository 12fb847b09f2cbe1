/** What everybody in the room subscribes to, and what they should receive. */

export const ROOM_ID = 'room_01h455vb4pex5vsknk084sn02s';
export const AUTHOR = {
  id: 'usr_01h455vb4pex5vsknk084sn02q',
  displayName: 'Aase Fjellheim',
};

/**
 * Fits the light supergraph of this benchmark and that of the repository alike. Each selection is another
 * operation to the gateway, which asks and completes for it by itself; that their answers are alike lets whoever
 * gets them be compared.
 */
export const subscriptionOf = (
  selection: number,
): string => `subscription Room${selection}($roomId: ID!) {
  roomEvents(roomId: $roomId) {
    __typename
    ... on MessagePosted { message { id text author { displayName } } }
  }
}`;

const MESSAGES = 'the harbour lay quiet under snow while somebody counted boats';

/** The text of the message with this number, from 1. */
export const textOf = (number: number): string => `${number}: ${MESSAGES}`;

export const messageIdOf = (number: number): string =>
  `msg_01h455vb4pex5vs${String(number).padStart(11, '0')}`;

/** As long as a signed cursor of the repository's subgraphs. */
export const cursorOf = (number: number): string => String(number).padStart(24, '0');

/** The payload of a message for its subscribers, as the light subgraphs make it. */
export const payloadOf = (number: number): RoomPayload => ({
  data: {
    roomEvents: {
      __typename: 'MessagePosted',
      message: {
        id: messageIdOf(number),
        text: textOf(number),
        author: { displayName: AUTHOR.displayName },
      },
    },
  },
  extensions: { cursor: cursorOf(number) },
});

export interface RoomPayload {
  readonly data: {
    readonly roomEvents: {
      readonly __typename: string;
      readonly message?: {
        readonly id: string;
        readonly text: string;
        readonly author: { readonly displayName: string };
      };
    };
  };
  readonly extensions: { readonly cursor: string };
}

/** Whether a payload is the message of this number, whole, with its author's name. */
export function isMessage({ data }: RoomPayload, number: number): boolean {
  const { __typename, message } = data.roomEvents;
  return (
    __typename === 'MessagePosted' &&
    message?.text === textOf(number) &&
    message.author.displayName === AUTHOR.displayName
  );
}
