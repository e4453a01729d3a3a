; From the version that stands there to the one that came: all that takes room is unpacked beside it, then folders change
; places by renames. Whatever stops that, the version before is there, or the next setup puts it back.
;
; ${NEW}      what came, until it is in its place
; ${OLD}      what stood there, while they change places: the change is not finished as long as its list lies in it
; ${OLD}.n    what stood there, to be deleted by its list; what else lay in those folders stays in it
; `installer.windows` writes EachName, which calls a macro with the name of everything at the top but the list.

!define BYTES_OF_MB 1048576
!define KB_OF_MB_AND_SPARE 800  ; the size is counted in KB of 1024: a quarter more for the byte code
!define READ_AND_WRITE 0xC0000000
!define SHARED 3
!define EXISTING 3

!macro PutAside name
  ${If} ${FileExists} "$INSTDIR\${name}"
    Rename "$INSTDIR\${name}" "$INSTDIR\${OLD}\${name}"
  ${EndIf}
!macroend

!macro PutInPlace name
  Rename "$INSTDIR\${NEW}\${name}" "$INSTDIR\${name}"
!macroend

; Part by part, so that the start programs are always there to say what is wrong (`installer.windows_launcher`).
!macro Change name
  !insertmacro PutAside "${name}"
  !insertmacro PutInPlace "${name}"
!macroend

!macro PutBack name
  ${If} ${FileExists} "$INSTDIR\${OLD}\${name}"
    Rename "$INSTDIR\${name}" "$INSTDIR\${NEW}\${name}"
    Rename "$INSTDIR\${OLD}\${name}" "$INSTDIR\${name}"
  ${EndIf}
!macroend

!macro RefuseForeign name
  ${If} ${FileExists} "$INSTDIR\${name}"
    StrCpy $4 "${name}"
    Push ${FAILED}
    Push "$(text_foreign)"
    Call refuse
  ${EndIf}
!macroend

Function putBack
  CreateDirectory "$INSTDIR\${NEW}"
  !insertmacro EachName PutBack
  !insertmacro PutBack "${LIST}"
  RMDir "$INSTDIR\${OLD}"
FunctionEnd

; What a power cut left: half of what came, two versions that were changing places, or one that was being deleted.
Function undoCutOff
  RMDir /r "$INSTDIR\${NEW}"
  ${If} ${FileExists} "$INSTDIR\${OLD}\${LIST}"
    FileWriteUTF16LE $LOG "a setup before was cut off: back to what stood there$\r$\n"
    Call putBack
    RMDir /r "$INSTDIR\${NEW}"
  ${EndIf}
  Call deleteOld
FunctionEnd

; Somebody's own folders of the same names are never moved away.
Function refuseForeign
  ${If} ${FileExists} "$INSTDIR\${LIST}"
    Return
  ${EndIf}
  !insertmacro EachName RefuseForeign
FunctionEnd

Function refuseFull
  Call measureRoom
  ${If} $FREE != ""
  ${AndIf} $FREE < $NEEDED
    Push ${NO_ROOM}
    Push "$(text_no_room)"
    Call refuse
  ${EndIf}
FunctionEnd

; $FREE and $NEEDED in MB, $DRIVE; $FREE is empty where the system does not say.
Function measureRoom
  SectionGetSize ${program} $NEEDED
  IntOp $NEEDED $NEEDED / ${KB_OF_MB_AND_SPARE}
  ${GetRoot} "$INSTDIR" $DRIVE
  StrCpy $FREE ""
  System::Call 'kernel32::GetDiskFreeSpaceExW(w "$DRIVE\", *l .r1, p 0, p 0) i .r0'
  ${If} $0 <> 0
    System::Int64Op $1 / ${BYTES_OF_MB}
    Pop $FREE
  ${EndIf}
FunctionEnd

; Before anything is switched: what was unpacked is on the disk, and not only in memory. Windows does it, or says no.
Function flush
  System::Call 'kernel32::CreateFileW(w "\\.\$DRIVE", i ${READ_AND_WRITE}, i ${SHARED}, p 0, i ${EXISTING}, i 0, p 0) p .r0'
  System::Call 'kernel32::FlushFileBuffers(p r0)'
  System::Call 'kernel32::CloseHandle(p r0)'
FunctionEnd

Function changeOver
  Call flush
  ClearErrors
  CreateDirectory "$INSTDIR\${OLD}"
  ; The old list aside says that this is not finished; the new one says whose the parts are, where none stood before.
  !insertmacro PutAside "${LIST}"
  !insertmacro PutInPlace "${LIST}"
  !insertmacro EachName Change
  ${If} ${Errors}
    Call putBack
    Call giveUp
  ${EndIf}
  RMDir "$INSTDIR\${NEW}"
  ${ForEach} $5 1 ${MOST_OLD} + 1
    ${IfNot} ${FileExists} "$INSTDIR\${OLD}.$5"
      Rename "$INSTDIR\${OLD}" "$INSTDIR\${OLD}.$5"
      ${ExitFor}
    ${EndIf}
  ${Next}
  Call deleteOld
FunctionEnd

; The reason with its figures, and nothing of what came.
Function giveUp
  Call dropNew
  Push ${FAILED}
  Push "$(text_not_copied)"
  Call refuse
FunctionEnd

Function dropNew
  Call measureRoom
  SetOutPath "$INSTDIR"  ; a folder that we stand in cannot be deleted
  RMDir /r "$INSTDIR\${NEW}"
FunctionEnd
