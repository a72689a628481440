from __future__ import annotations

from tests.tools.sandbox.s4.clerk import Clerk, Json, causes, moment

NOTIFICATIONS = "API_MAINTNOTIFICATION"
WORK = "API_MAINTENANCEORDER"


def notify(clerk: Clerk, **given: object) -> Json:
    return clerk.create(
        NOTIFICATIONS,
        "MaintenanceNotification",
        {
            "NotificationText": "Spindle hot",
            "NotificationType": "M2",
            "TechnicalObject": "10000001",
            "MaintNotifExtReferenceNumber": "REFERENCE0000001",
            **given,
        },
    )


def test_a_notification_is_found_by_its_reference_and_moves_on(clerk: Clerk) -> None:
    made = notify(clerk, MaintNotifLongTextForEdit="Since the early shift")
    rows = clerk.read(
        NOTIFICATIONS,
        "MaintenanceNotification?$filter=MaintNotifExtReferenceNumber eq 'REFERENCE0000001'",
    )
    assert [row["MaintNotificationLongText"] for row in rows] == ["Since the early shift"]
    number = f"'{made['MaintenanceNotification']}'"
    for function, phase in (("SetMaintNotifToInProcess", "3"), ("CompleteMaintNotification", "4")):
        answer = clerk.call(NOTIFICATIONS, function, MaintenanceNotification=number)
        assert answer.status == 200, answer.body
        row = clerk.read(NOTIFICATIONS, f"MaintenanceNotification({number})")
        assert row["NotifProcessingPhase"] == phase
    answer = clerk.call(NOTIFICATIONS, "SetMaintNotifToInProcess", MaintenanceNotification=number)
    assert causes(answer) == ["ZSBX/072"]


def test_a_notification_needs_a_text_and_a_known_asset(clerk: Clerk) -> None:
    body: Json = {"NotificationType": "M2", "TechnicalObject": "10000001"}
    assert clerk.refusal(NOTIFICATIONS, "MaintenanceNotification", body) == ["ZSBX/038"]
    body |= {"NotificationText": "x", "TechnicalObject": "99"}
    assert clerk.refusal(NOTIFICATIONS, "MaintenanceNotification", body) == ["ZSBX/070"]


def test_work_is_ordered_released_and_completed(clerk: Clerk) -> None:
    notification = notify(clerk)["MaintenanceNotification"]
    made = clerk.create(
        WORK,
        "MaintenanceOrder",
        {
            "MaintenanceOrderType": "PM01",
            "MaintenanceOrderDesc": "Change spindle",
            "Equipment": "10000001",
            "MaintOrdBasicStartDate": moment(clerk.world.clock.now().date()),
            "MaintOrdBasicStartTime": "PT10H00M00S",
            "MaintenanceNotification": notification,
            "AdditionalDeviceData": "REFERENCE0000002",
        },
    )
    number = f"'{made['MaintenanceOrder']}'"
    for function in ("ReleaseMaintenanceOrder", "SetMaintOrdToTechCompleted"):
        assert clerk.call(WORK, function, MaintenanceOrder=number).status == 200
    row = clerk.read(WORK, f"MaintenanceOrder({number})?$expand=to_MaintenanceOrderOperation")
    assert row["SystemStatusText"] == "REL TECO"
    assert len(row["to_MaintenanceOrderOperation"]["results"]) == 1
    origin = clerk.read(NOTIFICATIONS, f"MaintenanceNotification('{notification}')")
    assert origin["MaintenanceOrder"] == made["MaintenanceOrder"]
    assert origin["NotifProcessingPhase"] == "3"
    answer = clerk.call(WORK, "ReleaseMaintenanceOrder", MaintenanceOrder=number)
    assert causes(answer) == ["ZSBX/072"]


def test_a_window_is_an_order_during_which_the_asset_stands(clerk: Clerk) -> None:
    rows = clerk.read(WORK, "MaintenanceOrder?$filter=OperationSystemCondition eq '0'")
    assert [(row["MaintenanceOrder"], row["Equipment"]) for row in rows] == [("W1", "10000001")]


def test_equipment_names_its_work_centre(clerk: Clerk) -> None:
    row = clerk.read("API_EQUIPMENT", "Equipment?$filter=Equipment eq '10000001'")[0]
    assert (row["WorkCenter"], row["EquipmentIsInactive"]) == ("ASSY-1", False)


def test_a_refused_message_can_be_sent_again_once(clerk: Clerk) -> None:
    site = "ZCONCORD_SITE_SRV"
    row = clerk.read(site, "cpmSyncQueue('MSG-1')?$expand=to_Log")
    assert row["to_Log"]["results"][0]["MessageNumber"] == "021"
    assert clerk.call(site, "RetryMessage", MessageID="'MSG-1'").status == 200
    assert clerk.read(site, "cpmSyncQueue('MSG-1')")["Status"] == "QUEUED"
    assert causes(clerk.call(site, "RetryMessage", MessageID="'MSG-1'")) == ["ZSBX/081"]
    period = clerk.read(site, "cpmPostingPeriod('1010')")
    assert period["ClosesOn"] == "/Date(1774915200000)/"
