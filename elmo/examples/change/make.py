"""Write old.txt and new.txt, the two small corpora of the page Change: `python elmo/examples/change/make.py`.

Each sentence is made from a frame of this file and words for its blanks. Three words change between the corpora, by the
shares in PLANTED; the words in STABLE do not. The seed is fixed, so that the files are always the same.
"""

import random
from itertools import product, zip_longest
from pathlib import Path

N_USES, N_STABLE_USES = 40, 24
PLANTED = {
    # word: (share of the second sense in old.txt, in new.txt)
    "mouse": (0.05, 0.65),
    "stream": (0.05, 0.60),
    "cell": (0.10, 0.70),
}
SLOTS = {
    "who": ["the boy", "my aunt", "the old farmer", "her brother", "the teacher", "our neighbour"],
    "when": [
        "in the morning",
        "after supper",
        "last winter",
        "every evening",
        "on Sunday",
        "at dawn",
    ],
    "animal": ["cat", "owl", "fox", "hawk", "weasel", "snake"],
    "food": ["cheese", "bread", "grain", "corn", "a crumb", "the seeds"],
    "place": ["kitchen", "barn", "cellar", "attic", "pantry", "hall"],
    "device": ["computer", "laptop", "screen", "keyboard", "tablet", "printer"],
    "file": ["file", "folder", "picture", "icon", "link", "button"],
    "tree": ["willows", "oaks", "birches", "alders", "pines", "elms"],
    "show": ["the concert", "the match", "a film", "the lecture", "the news", "the game"],
    "net": ["the internet", "her phone", "the website", "the app", "the new channel", "a laptop"],
    "wrong": ["theft", "murder", "fraud", "treason", "robbery", "arson"],
    "body": ["plant", "animal", "blood", "skin", "nerve", "muscle"],
    "call": ["called", "answered", "rang", "texted", "messaged", "dialled"],
    "flower": ["roses", "tulips", "beans", "lilies", "carrots", "herbs"],
    "kin": ["mother", "cousin", "sister", "uncle", "husband", "daughter"],
    "illness": ["fever", "cough", "broken arm", "headache", "burn", "rash"],
    "colour": ["grey", "white", "brown", "black", "green", "red"],
}
FRAMES = {
    "mouse": (
        [
            "The {animal} caught a {colour} mouse in the {place} .",
            "A mouse had eaten {food} that {who} left in the {place} .",
            "{who} set a trap for the mouse in the {place} .",
            "A small mouse ran across the floor of the {place} and hid behind the wall .",
            "The {animal} watched the mouse nibble {food} in the straw .",
            "{when} a {colour} mouse squeaked under the boards of the {place} .",
            "{who} found a nest of straw where a mouse had raised her young .",
            "A mouse is much smaller than a rat , and its tail is longer .",
            "The farmer kept a {animal} because a mouse had spoiled the grain .",
            "She screamed when a mouse jumped out of the cupboard in the {place} .",
            "The wild mouse lives in hedges and eats {food} .",
            "Nothing moved in the {place} but a hungry mouse .",
            "{who} heard a mouse scratching behind the stove {when} .",
            "The child kept a tame mouse in a box with a little wheel .",
        ],
        [
            "{who} moved the mouse and clicked on the {file} .",
            "Plug the mouse into the {device} and wait until the light turns on .",
            "The mouse of the {device} needs a new battery , so the {file} does not open .",
            "Click the left button of the mouse to open the {file} .",
            "{who} bought a wireless mouse for the {device} .",
            "Drag the {file} with the mouse to the other side of the screen .",
            "If the pointer does not move , clean the mouse or use another {device} .",
            "She plays the game with a mouse because it is faster than the pad of her laptop .",
            "The mouse and the {device} are connected by a cable .",
            "{who} asked the shop for a {device} , a mouse and two cables .",
            "Hold down the right button of the mouse and choose copy .",
            "With a click of the mouse {who} sent the message .",
            "His wrist hurts from using the mouse all day in the office .",
            "The new software works with a mouse as well as with touch .",
        ],
    ),
    "stream": (
        [
            "The cattle drank from the stream below the {tree} .",
            "A clear stream ran down the hill between the {tree} .",
            "{who} waded through the cold stream {when} .",
            "{who} caught a trout in the stream near the {tree} .",
            "{when} the stream had frozen under the {tree} .",
            "A wooden bridge crossed the stream where the {tree} stood .",
            "{who} washed the clothes in the stream {when} .",
            "The path follows a mountain stream to the lake .",
            "Heavy rain turned the little stream into a brown flood .",
            "Smooth stones lay at the bottom of the stream .",
            "They filled their bottles at a stream high in the hills .",
            "Two children built a dam of mud across the stream .",
            "Deer came down to the stream {when} .",
            "The mill stood where the stream falls over the rocks .",
        ],
        [
            "{who} watched the live stream of {show} on {net} .",
            "The stream of {show} stopped because the connection was slow .",
            "Thousands of viewers joined the stream on {net} {when} .",
            "{who} started a video stream on {net} .",
            "You can follow {show} in a free stream on {net} .",
            "The quality of the stream on {net} was poor , so {who} turned it off .",
            "Our channel will show {show} as a stream with comments .",
            "A fast connection is needed for a stream in high definition .",
            "The company earns money with advertisements before each stream .",
            "{who} missed {show} and looked for the stream later .",
            "Click here to open the audio stream of the station .",
            "More than a million people saw the stream from the stadium .",
            "The stream has subtitles in six languages .",
            "She answers questions from her fans in a stream {when} .",
        ],
    ),
    "cell": (
        [
            "The guard locked the prisoner in a cell for {wrong} .",
            "A man accused of {wrong} sat in his cell {when} .",
            "Each {body} cell has a nucleus and a thin wall .",
            "Under the microscope {who} saw a {body} cell divide .",
            "The narrow cell had one barred window and a bed of straw , and {who} wept there .",
            "The judge sent him to a dark cell for {wrong} .",
            "The door of the cell was made of iron .",
            "He shared the cell with a man convicted of {wrong} .",
            "The monk prayed alone in his cell {when} .",
            "A virus enters the cell and copies itself .",
            "Every cell of the body contains the same genes .",
            "The warder brought water and bread to the cell .",
            "The membrane of a {body} cell lets salt and water pass .",
            "She was kept in a cell of the old fortress for a year .",
        ],
        [
            "{who} {call} from her cell because the office line was busy .",
            "My cell has no signal in the {place} .",
            "{who} forgot to charge his cell {when} .",
            "Give me the number of your cell and I will send you a text {when} .",
            "{who} dropped her cell and the screen broke in the {place} .",
            "{when} he {call} on his cell while he was driving .",
            "I could not hear you , my cell was in the other room .",
            "{who} left a message on her cell {when} .",
            "Please turn off your cell before {show} begins .",
            "The bill for my cell was higher than last month .",
            "He took a picture of the {flower} with his cell .",
            "Her cell rang during the meeting , and {who} looked annoyed .",
            "Does your cell work abroad , or do you need another card ?",
            "The driver was fined because he held a cell to his ear .",
        ],
    ),
}
STABLE = {
    "garden": [
        "{who} planted {flower} in the garden {when} .",
        "The garden behind the house was full of {flower} .",
        "{who} watered the {flower} in the garden .",
        "A low wall ran round the garden with its {flower} and {tree} .",
        "Children played in the garden while {who} slept in a chair .",
        "The key to the garden hung beside the back door .",
        "Birds sang in the garden {when} .",
        "{who} sat on the bench in the garden and read .",
    ],
    "letter": [
        "{who} wrote a long letter to his {kin} {when} .",
        "The letter from her {kin} came {when} .",
        "{who} read the letter twice and put it into the drawer .",
        "He sealed the letter to his {kin} and took it to the post .",
        "There was no letter for {who} that week .",
        "The letter was four pages long and full of news .",
        "She answered the letter at once .",
        "A letter with a foreign stamp lay on the table .",
    ],
    "doctor": [
        "The doctor looked at the {illness} of {who} .",
        "{who} went to the doctor with a {illness} {when} .",
        "The doctor gave her {kin} a medicine for the {illness} .",
        "A doctor came {when} and treated the {illness} .",
        "The nearest doctor lived ten miles away .",
        "{who} wanted to become a doctor and studied hard .",
        "The doctor listened to her heart and wrote something down .",
        "The young doctor worked at the hospital day and night .",
    ],
    "river": [
        "The river rose {when} and flooded the fields .",
        "{who} rowed across the river {when} .",
        "The {tree} along the river lost their leaves .",
        "A boat went down the river past the {tree} .",
        "The town lies where the river meets the sea .",
        "They crossed the river by the stone bridge .",
        "{who} learned to swim in the river {when} .",
        "The river was wide and slow near the old mill .",
    ],
    "bread": [
        "{who} baked bread in the {place} {when} .",
        "He cut the bread and gave a slice to his {kin} .",
        "The bread was still warm when {who} came home .",
        "{who} bought bread and milk {when} .",
        "The smell of fresh bread came from the bakery .",
        "There was nothing to eat but dry bread and soup .",
        "She spread butter on her bread {when} .",
        "Without yeast the bread does not rise .",
    ],
    "coat": [
        "{who} wore a {colour} coat {when} .",
        "The {colour} coat of her {kin} hung in the {place} .",
        "He buttoned his coat because it was cold {when} .",
        "{who} mended the {colour} coat {when} .",
        "Take your coat , it will rain .",
        "He found an old ticket in the pocket of his coat .",
        "The coat was too large for {who} .",
        "She hung her coat behind the door and sat down .",
    ],
    "horse": [
        "{who} rode the {colour} horse to the market {when} .",
        "The {colour} horse pulled the cart past the {tree} .",
        "{who} fed the horse {when} .",
        "A {colour} horse grazed under the {tree} .",
        "The horse was tired after the long ride .",
        "{who} sold the horse to a man from the city .",
        "A horse and a cow shared the stable .",
        "The rider fell when his horse shied at a dog .",
    ],
}


def sentences(frame: str) -> list[str]:
    """The sentences of a frame with every choice of words for its blanks, as plain text."""
    blanks = [name for name in SLOTS if "{" + name + "}" in frame]
    filled = [
        frame.format(**dict(zip(blanks, words, strict=True)))
        for words in product(*(SLOTS[name] for name in blanks))
    ]
    return [
        (text[0].upper() + text[1:]).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")
        for text in filled
    ]


def draw(frames: list[str], n: int, rng: random.Random) -> tuple[list[str], list[str]]:
    """Two lists of n different sentences, drawn as evenly from the frames as possible, at random from each frame."""
    pools = [rng.sample(sentences(frame), k=len(sentences(frame))) for frame in frames]
    turns = [text for turn in zip_longest(*pools) for text in turn if text]
    chosen = list(dict.fromkeys(turns))[: 2 * n]
    assert len(chosen) == 2 * n, (frames[0], len(chosen), n)
    rng.shuffle(chosen)
    return chosen[:n], chosen[n:]


def main() -> None:
    """Write both files."""
    rng = random.Random(7)
    old: list[str] = []
    new: list[str] = []
    for word, (first, second) in FRAMES.items():
        before, after = (round(share * N_USES) for share in PLANTED[word])
        a, a_later = draw(first, N_USES, rng)
        b, b_later = draw(second, N_USES, rng)
        old += a[: N_USES - before] + b[:before]
        new += a_later[: N_USES - after] + b_later[:after]
    for frames in STABLE.values():
        before_all, after_all = draw(frames, N_STABLE_USES, rng)
        old += before_all
        new += after_all
    folder = Path(__file__).parent
    for name, lines in (("old", old), ("new", new)):
        rng.shuffle(lines)
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
