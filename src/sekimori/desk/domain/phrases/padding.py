"""Polite and other words around a question that say neither who nor when."""

import re
from typing import Final

CUT: Final = "\n"
"""Stands where words were taken out: no name reaches across it."""

_GREETINGS: Final = (
    r"いつも(?:大変)?お世話になって(?:おり|い)ます|お世話になります|お世話になって(?:おり|い)ます|お世話さまです|(?:大変)?お疲れ(?:様|さま)(?:です|でした)?"
    r"|おはよう(?:ございます)?|こんにちは|こんばんは|初めまして|はじめまして|(?:大変)?恐れ入りますが?|恐縮ですが|恐縮です|すみませんが?|すいませんが?"
    r"|申し訳(?:ありません|ございません)が?|お手数(?:を?お?かけしますが?|ですが)?|お忙しい(?:ところ|中)|失礼(?:いた)?します|突然"
    r"|(?:どうぞ)?(?:何卒)?よろしく|宜しく|ありがとう(?:ございます)?|有難う(?:ございます)?|助かります|幸いです|幸いに?存じます"
    r"|もしもし|ねえねえ|ねえ|あの(?=[、ー])|えっと|えーと|ええと|ところで|ちなみに|さて|では(?=[、])|了解(?:です)?|承知(?:しました)?"
)
_NOUNS: Final = (
    r"ご?予定表?|スケジュール|空き(?:時間帯?|状況|枠|具合)?|お?空いて(?:い)?(?:る|ます|そう|れば|たら)?|あいて(?:い)?(?:る|ます|そう|れば)?"
    r"|ご?都合|カレンダー|日程(?:調整)?|日時|日取り|候補日?|調整|打ち?合わ?せ|会議|ミーティング|(?<![a-z])(?:mtg|web|zoom|teams)(?![a-z])|オンライン|面談|面会|会食|商談"
    r"|来訪|訪問|お?電話|通話|定例|お話し?|時間帯?|お時間|お手すき|手すき|状況|ご?確認|ご?共有|ご?連絡|ご?相談|ご?質問|ご?教示|ご?教授|ご?回答"
    r"|ご?対応|ご?検討|ご?参加|ご?出席|ご?同席|ご?希望|可能性?|至急|急ぎ|早め|できれば|出来れば|可否|有無|在席|在社|在宅|出社|不在|居(?=ます|る)"
    r"|お?ふたり|お?二人|2人|両名|両方|3人|お?三人|皆(?:様|さん|さま)|全員|みんな|みなさん|メンバー|一同|各位|ご?担当者?様|共通(?:の)?|一緒(?:に)?"
    r"|それぞれ|お互い|丸ごと|全部|すべて|全て|一覧|この(?:後|あと)|その(?:後|あと)|宛て?|画像|表|結果|情報|件(?:で)?|分(?=だけ)"
)
_VERBS: Final = (
    r"教え(?:て|願|頂)|おしえて|見(?:せて|たい|れ|る)|みせて|知り?(?:たい|りたい|らせて)|伺(?:いたい|え|って|わせて)?|うかがい?|聞(?:きたい|かせて|いて)"
    r"|調べて|探して|出して|送って|取(?:りたい|れ|って|得)|とれ|押さえ(?:たい|て)?|抑え(?:たい|て)?|確保|設定|決め(?:たい|て)?|入れ(?:たい|て|られ)"
    r"|会い(?:たい|ます)?|会え(?:る|ます)?|話(?:したい|せ|し)|願い|願え|願って|お願い|頂(?:け|き|いて|戴)|戴|致(?:し|します)|申し(?:上げ|ます)?|存じ|思い|思って"
    r"|下さ(?:い|れ)|見て|やって|探し|合わせ|行(?:い|け|き)(?=たい|ます|る|そう)|行い|伝え|返事"
)
_ENDINGS: Final = (
    r"ください|くださる|くれ(?:ます|ません)?|もらえ(?:ます|ません)?|もらい|いただけ(?:ます|れば|ません|たら|ると)?|いただき|いただく|おねがい|おり|ござい"
    r"|いらっしゃ(?:る|い|れば)?|でしょうか?|でございます|ですが|ですか?|ます(?:か|が|と|でしょう)?|ません(?:か|が)?|ました(?:か|ら)?|ましたら|ませ|ほしい|たい(?:の|と|です|ん)?"
    r"|したい|して|した|する|しない|しょうか|でき(?:る|ます|そう|れば)?|なら|だと|のは|のこと|こと|ところ|とき|どこ|どの|どれ|どんな|どう(?:でしょう|ですか|なって|か)?|いかが|いつ"
    r"|なに|何か|何時(?:から|なら|が|頃)?|何日|何曜日?|もし|ちょっと|少し|など|あたり|くらい|ぐらい|ごろ|頃|だけ|ある(?:か)?|あり|あれば|ない|なし|よければ|良ければ|よろしければ"
    r"|良い|いい|よい|大丈夫|(?<![a-z])(?:ok|ng)(?![a-z])|おっけー|オッケー|かな|かね|けど|けれど|って|ね(?=$|\s)|よ(?=$|\s)|か(?=$|\s)|お(?=$|\s)|ご(?=$|\s)|な(?=$|\s)|(?<![さくゃ])んです|の(?=$)|いる|います|い(?=$)"
)
_JAPANESE: Final = re.compile("|".join((_GREETINGS, _NOUNS, _VERBS, _ENDINGS)))

_ENGLISH_WORDS: Final = (  # noqa: SIM905 - words are read more easily without quotation marks
    "after before by last next since than through thru till to until "
    "a about all am an any anything appreciate appreciated are around as asap ask asking at availabilities "
    "availability available be been best between book booked booking both busy by calendar calendars call can "
    "catch chance chat check common confirm convenience convenient coordinate could day days dear did discuss "
    "do does during each earliest everybody everyone excuse find fine fit fix for free from gap gaps get "
    "getting give go good got great had half happy has have having hello help hey hi hold hopefully hoping "
    "hour hours how if in interview into is it its join just kind kindly know let like list look looking looks "
    "love lunch make many match may me meet meeting meetings might mind minute moment month morning much "
    "mutual mutually my need needed new now of off ok okay on online onsite open opening openings or organise "
    "organize our out over overlap people perhaps pick plan planned plans please pls plus possible possibly "
    "pull quick quickly ready regards room schedule scheduled schedules see send set share should show slot "
    "slots some someone something sometime somewhere soonest sorry space speak spot suit suits sync talk team "
    "teams tell thank thanks that the their them then there these they this those time times to today's "
    "together together's touch try up upcoming urgent urgently us useful via video wanna want wanted was we "
    "week weeks well were what whats when whenever where whether which who whose why will window windows wish "
    "with within wonder wondering work working works would yes you your yours zoom "
).split()
_ENGLISH: Final = re.compile(
    r"(?<![a-z])(?:" + "|".join(sorted(map(re.escape, _ENGLISH_WORDS), key=len, reverse=True)) + r")"
    r"(?:'(?:s|re|d|ll|ve|m))?(?![a-z])(?!-san)|(?<![a-z])(?:i|i'm|i'd|i'll|can't|don't|isn't|doesn't)(?![a-z.])"
)
_UNSUPPORTED: Final = re.compile(
    r"以外|除(?:いて|く|き|外)|ではなく|じゃなく|毎[日週月朝晩]|隔週|今から|いまから|たった今|\d+\s?(?:時間|分)半?[後前]"
    r"|(?<![a-z])(?:except|excluding|other than|apart from|but not|every|each (?:day|week|month))(?![a-z])"
    r"|(?<![a-z])(?:daily|weekly|monthly|now)(?![a-z])"
    r"|(?<![a-z])in (?:an?|\d+|half an) (?:hours?|minutes?|mins?)(?![a-z])"
)


def without_padding(words: str) -> str:
    """Take polite and other words out of a text; where they were, it is cut."""
    return _ENGLISH.sub(CUT, _JAPANESE.sub(CUT, words))


def unsupported(words: str) -> bool:
    """Say whether a text makes exceptions, repeats itself or counts from this minute."""
    return bool(_UNSUPPORTED.search(words))
