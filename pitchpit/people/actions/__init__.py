"""What people do about people: sign in and out, set passwords; what an admin does to persons, services and posts."""

from pitchpit.people.actions.persons import (
    add_person,
    change_person,
    give_right,
    leave,
    person_leaves,
    send_password_link,
    set_rights,
    take_right,
    write_details,
)
from pitchpit.people.actions.posts import add_post, end_holding, hold_post
from pitchpit.people.actions.services import (
    add_service,
    change_service,
    close_service,
    move_service,
    name_manager,
    new_service,
    write_paths,
)
from pitchpit.people.actions.signing_in import (
    ask_for_password_link,
    begin_sign_in,
    end_all_sign_ins,
    end_sign_in,
    make_password_link,
    set_password,
    throw_away,
    use_password_link,
)

__all__ = [
    "add_person",
    "add_post",
    "add_service",
    "ask_for_password_link",
    "begin_sign_in",
    "change_person",
    "change_service",
    "close_service",
    "end_all_sign_ins",
    "end_holding",
    "end_sign_in",
    "give_right",
    "hold_post",
    "leave",
    "make_password_link",
    "move_service",
    "name_manager",
    "new_service",
    "person_leaves",
    "send_password_link",
    "set_password",
    "set_rights",
    "take_right",
    "throw_away",
    "use_password_link",
    "write_details",
    "write_paths",
]
